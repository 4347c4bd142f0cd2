import {
  createTracedHistogram,
  LATENCY_BUCKETS_SECONDS,
  type TracedHistogram,
} from "@lilux/runtime";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export interface OrchestratorMetrics {
  turns: Counter<"path" | "outcome">;
  turnDuration: TracedHistogram<"path">;
  turnsInFlight: Gauge;
  firstToken: Histogram<"path">;
  overhead: Histogram<"path">;
  router: Counter<"outcome">;
  calls: Histogram<"primitive" | "outcome">;
  confirms: Counter<"outcome">;
  verified: Counter<"outcome">;
  upstream: Histogram<"kind" | "outcome">;
  upstreamFirstToken: Histogram;
  upstreamFailures: Counter<"code" | "reason">;
  tokens: Counter<"kind">;
  hedges: Counter<"outcome">;
  explanationsFellBack: Counter;
  admissionWait: Histogram<"pool" | "purpose">;
  admissionRefused: Counter<"pool" | "purpose" | "reason">;
  turnsRefused: Counter<"code">;
  tenantTokens: Counter<"tenant" | "kind">;
  tenantCost: Counter<"tenant">;
  taughtItems: Counter<"outcome">;
  taughtLines: Counter<"outcome">;
}

/** Turns and whole calls take longer than anything the shared bounds are for. */
const LONG_BUCKETS_SECONDS = [...LATENCY_BUCKETS_SECONDS, 30, 60, 120, 300];

/** Every metric of the orchestrator, on the registry it is given. */
export function createMetrics(registry: Registry): OrchestratorMetrics {
  const registers = [registry];
  const name = (what: string): string => `lilux_orchestrator_${what}`;
  return {
    ...turnMetrics(registers, name),
    ...upstreamMetrics(registers, name),
    ...admissionMetrics(registers, name),
    ...teachingMetrics(registers, name),
    router: new Counter({
      name: name("router_window_total"),
      help: "What became of the router's answer: given, in_time, late_used, late_ignored, none, not_asked.",
      labelNames: ["outcome"],
      registers,
    }),
    calls: new Histogram({
      name: name("call_seconds"),
      help: "Calls by primitive and by outcome (ok or an error code), with any confirm.",
      labelNames: ["primitive", "outcome"],
      buckets: LONG_BUCKETS_SECONDS,
      registers,
    }),
    verified: new Counter({
      name: name("verified_total"),
      help: "Doubtful calls that the model was asked about: confirmed, repaired (another one was meant), rejected, unsure, late (no answer in time), unanswered (it failed).",
      labelNames: ["outcome"],
      registers,
    }),
    confirms: new Counter({
      name: name("confirms_total"),
      help: "Answers to confirm requests: approved, declined, timeout; later where a later message brings it.",
      labelNames: ["outcome"],
      registers,
    }),
  };
}

type Registers = Registry[];
type NameOf = (what: string) => string;

function turnMetrics(registers: Registers, name: NameOf) {
  return {
    turns: new Counter({
      name: name("turns_total"),
      help: "Ended turns by path and outcome.",
      labelNames: ["path", "outcome"],
      registers,
    }),
    turnDuration: createTracedHistogram<"path">({
      name: name("turn_seconds"),
      help: "From a turn's start to its end.",
      labelNames: ["path"],
      buckets: LONG_BUCKETS_SECONDS,
      registers,
    }),
    turnsInFlight: new Gauge({
      name: name("turns_in_flight"),
      help: "Turns that run now.",
      registers,
    }),
    firstToken: new Histogram({
      name: name("first_token_seconds"),
      help: "From a turn's start to the first text sent to the person.",
      labelNames: ["path"],
      buckets: LONG_BUCKETS_SECONDS,
      registers,
    }),
    overhead: new Histogram({
      name: name("overhead_seconds"),
      help: "From a turn's start to its first request to the language model, the router's window included.",
      labelNames: ["path"],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    explanationsFellBack: new Counter({
      name: name("explanations_fell_back_total"),
      help: "Results shown in the built-in form because the language model failed.",
      registers,
    }),
  } as const;
}

function upstreamMetrics(registers: Registers, name: NameOf) {
  return {
    upstream: new Histogram({
      name: name("upstream_seconds"),
      help: "Requests to the language model by kind (stream, structured, decision) and outcome (ok or an error code).",
      labelNames: ["kind", "outcome"],
      buckets: LONG_BUCKETS_SECONDS,
      registers,
    }),
    upstreamFirstToken: new Histogram({
      name: name("upstream_first_token_seconds"),
      help: "From a request to the language model to its first event.",
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    upstreamFailures: new Counter({
      name: name("upstream_failures_total"),
      help: "Requests the language model did not answer whole, by error code and reason (silent, unreachable, busy, context, template, tools, key, length, …).",
      labelNames: ["code", "reason"],
      registers,
    }),
    hedges: new Counter({
      name: name("hedges_total"),
      help: "Second pools asked while a first one was silent: won, lost (the first one spoke first), failed.",
      labelNames: ["outcome"],
      registers,
    }),
    tokens: new Counter({
      name: name("tokens_total"),
      help: "Tokens of the language models for turns: prompt (of those, cached) and completion (of those, thought), also of answers that were left, lost or cut off.",
      labelNames: ["kind"],
      registers,
    }),
  } as const;
}

function teachingMetrics(registers: Registers, name: NameOf) {
  return {
    taughtItems: new Counter({
      name: name("taught_items_total"),
      help: "Items that lines were written for: kept, useless (too few passed), stale (changed meanwhile), dry_run.",
      labelNames: ["outcome"],
      registers,
    }),
    taughtLines: new Counter({
      name: name("taught_lines_total"),
      help: "Lines that the language model wrote for items: passed, or why they were left out (form, length, language, personal, placeholder, repeated, alike, near_another_item).",
      labelNames: ["outcome"],
      registers,
    }),
  } as const;
}

function admissionMetrics(registers: Registers, name: NameOf) {
  return {
    admissionWait: new Histogram({
      name: name("admission_wait_seconds"),
      help: "How long requests waited for a place at a pool, by purpose: verify, converse, explain, teach.",
      labelNames: ["pool", "purpose"],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    admissionRefused: new Counter({
      name: name("admission_refused_total"),
      help: "Requests that got no place at a pool in time (reason place; of explanations and lessons, those that found none free), or whose tenant has used up a limit (its name).",
      labelNames: ["pool", "purpose", "reason"],
      registers,
    }),
    turnsRefused: new Counter({
      name: name("turns_refused_total"),
      help: "Turns that were not begun: overloaded (too many at once), rate_limited (too many of the tenant).",
      labelNames: ["code"],
      registers,
    }),
    tenantTokens: new Counter({
      name: name("tenant_tokens_total"),
      help: "Tokens by tenant, cancelled and failed requests included; beyond 50 tenants, the others together.",
      labelNames: ["tenant", "kind"],
      registers,
    }),
    tenantCost: new Counter({
      name: name("tenant_cost_total"),
      help: "What that cost, in the currency of the pools' prices.",
      labelNames: ["tenant"],
      registers,
    }),
  } as const;
}

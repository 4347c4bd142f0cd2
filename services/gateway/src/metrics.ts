import type { Bus, StreamState } from "@lilux/bus";
import { createMcpMetrics } from "@lilux/mcp";
import {
  createTenantCounters,
  createTracedHistogram,
  LATENCY_BUCKETS_SECONDS,
} from "@lilux/runtime";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { BANDS } from "./turn/judge-leader.ts";

/** What the gauges of held sessions are read from, whenever somebody asks. */
export interface SessionCounts {
  all(): { log: { held(): number; unstored(): number } }[];
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** All of the gateway's metrics, on the registry it is given. */
export function createGatewayMetrics(registry: Registry) {
  return {
    ...keystrokeMetrics(registry),
    ...turnMetrics(registry),
    ...tenantMetrics(registry),
    ...connectionMetrics(registry),
    ...createMcpMetrics(registry),
  };
}

/** Gauges over the sessions in memory, counted when they are asked for. */
export function addSessionGauges(registry: Registry, sessions: SessionCounts): void {
  const gauge = (name: string, help: string, count: () => number) =>
    new Gauge({
      name: `lilux_gateway_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(count());
      },
    });
  const sum = (of: (session: ReturnType<SessionCounts["all"]>[number]) => number) =>
    sessions.all().reduce((total, session) => total + of(session), 0);
  gauge("sessions_held", "Sessions in memory, connected or resumable", () => sum(() => 1));
  gauge("events_buffered", "Events kept in memory for resuming", () =>
    sum(({ log }) => log.held()),
  );
  gauge("events_unstored", "Events that wait to be stored", () => sum(({ log }) => log.unstored()));
}

/** Gauges over the streams, as the bus last saw them. */
export function addStreamGauges(
  registry: Registry,
  bus: Pick<Bus, "streams">,
  now: () => number,
): void {
  const gauge = (name: string, help: string, read: (state: StreamState) => number) =>
    new Gauge({
      name: `lilux_gateway_stream_${name}`,
      help,
      labelNames: ["stream"],
      registers: [registry],
      collect() {
        this.reset();
        for (const state of bus.streams()) this.set({ stream: state.name }, read(state));
      },
    });
  gauge("fill_ratio", "Bytes of a stream, of those it may hold", ({ bytes, bytesMax }) =>
    bytesMax > 0 ? bytes / bytesMax : 0,
  );
  gauge("messages", "Messages of a stream", ({ messages }) => messages);
  gauge("oldest_seconds", "Age of the oldest message of a stream", ({ oldestAt }) =>
    oldestAt === undefined ? 0 : Math.max(0, now() - oldestAt) / 1_000,
  );
  gauge("kept_seconds", "How long a stream keeps a message that it has room for", (state) =>
    Math.round(state.maxAgeMs / 1_000),
  );
  gauge("replicas", "Copies of a stream", ({ replicas }) => replicas);
  gauge(
    "settings_differing",
    "Settings of a stream that are larger than this service would make them, and were left",
    ({ differs }) => differs.length,
  );
}

/**
 * The keystroke objective is good / (good + bad). Every accepted keystroke
 * ends as good, bad or superseded, so one that hangs shows as the difference.
 */
function keystrokeMetrics(registry: Registry) {
  const counter = counterOn(registry);
  return {
    keystrokesAccepted: counter("keystrokes_accepted_total", "Keystrokes taken, empty lines not"),
    keystrokesGood: counter("keystrokes_good_total", "Predictions written within 80 ms"),
    keystrokesBad: counter("keystrokes_bad_total", "Predictions late or missing", ["reason"]),
    keystrokesSuperseded: counter(
      "keystrokes_superseded_total",
      "Keystrokes replaced by a newer one before they could be answered",
    ),
    predictionSeconds: createTracedHistogram({
      name: "lilux_gateway_keystroke_prediction_seconds",
      help: "From keystroke received to prediction written",
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [registry],
    }),
    lists: zeroed(
      counter(
        "keystroke_lists_total",
        "Lists of candidates that a person got to see: in time, late, or withheld from the first frame until its leader settled",
        ["outcome"],
      ),
      { outcome: ["in_time", "late", "withheld"] },
    ),
    listSeconds: histogramOn(registry)(
      "keystroke_list_seconds",
      "From keystroke received to a visible list written",
    ),
    routerRequests: zeroed(
      counter(
        "router_requests_total",
        "Requests to a router beyond the first of a prediction, by why",
        ["event"],
      ),
      { event: ["hedged", "probed", "failed-over"] },
    ),
    speculations: counter("speculations_total", "Read calls run while a person types", ["outcome"]),
  };
}

function turnMetrics(registry: Registry) {
  const counter = counterOn(registry);
  return {
    turnsAccepted: counter("turns_accepted_total", "Turns stored and accepted", ["kind"]),
    turnsNotStored: counter("turns_not_stored_total", "Turns refused: storing them failed"),
    turnsEnded: counter("turns_ended_total", "Turns ended", ["outcome", "path"]),
    turnsSwept: zeroed(
      counter("turns_swept_total", "Turns ended because nobody ran them", ["outcome"]),
      { outcome: ["interrupted"] },
    ),
    turnsRunAgain: counter("turns_run_again_total", "Turns run again after a lost orchestrator"),
    turnStoreSeconds: histogramOn(registry)("turn_store_seconds", "From frame to turn stored"),
    turnFirstEventSeconds: histogramOn(registry)(
      "turn_first_event_seconds",
      "From frame received to the orchestrator's first event",
    ),
    turnSeconds: createTracedHistogram({
      name: "lilux_gateway_turn_seconds",
      help: "From frame received to turn-end",
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [registry],
    }),
    leadersJudged: zeroed(
      counter(
        "leaders_judged_total",
        "Leading predictions that a person or the orchestrator decided on, by confidence",
        ["band", "right"],
      ),
      { band: BANDS, right: ["true", "false"] },
    ),
    leadersConfidence: zeroed(
      counter("leaders_confidence_total", "The sum of the confidences of the leaders judged", [
        "band",
      ]),
      { band: BANDS },
    ),
    interactionsDropped: counter(
      "interactions_dropped_total",
      "Interactions given up because the bus stayed away and the buffer was full",
    ),
  };
}

/** What the objectives are of, by tenant: of some by name, of the others together. */
function tenantMetrics(registry: Registry) {
  const tenants = createTenantCounters(registry);
  const counter = (what: string, help: string, labelNames: string[]) =>
    tenants.counter({ name: `lilux_gateway_tenant_${what}`, help, labelNames });
  const keystrokes = counter(
    "keystrokes_total",
    "Keystrokes by tenant that were answered in time (good), late, or not (unavailable); superseded ones not",
    ["outcome"],
  );
  const seconds = counter("keystroke_seconds_total", "What answering those took", []);
  const turns = counter("turns_total", "Turns ended, by tenant", ["outcome"]);
  return {
    countTenantKeystroke(tenant: string, outcome: string, took: number): void {
      const label = tenants.labelOf(tenant);
      keystrokes.inc({ tenant: label, outcome });
      seconds.inc({ tenant: label }, took);
    },
    countTenantTurn(tenant: string, outcome: string): void {
      turns.inc({ tenant: tenants.labelOf(tenant), outcome });
    },
  };
}

function connectionMetrics(registry: Registry) {
  const counter = counterOn(registry);
  return {
    socketsOpen: new Gauge({
      name: "lilux_gateway_sockets_open",
      help: "Open WebSocket connections",
      registers: [registry],
    }),
    resumes: counter("resumes_total", "Attempts to resume a session", ["outcome"]),
    closes: counter("socket_closes_total", "Sockets closed by the gateway", ["code"]),
    budgetsReached: counter(
      "budgets_reached_total",
      "Monthly budgets of tenants that came to four fifths (soft) or to their end (spent)",
      ["budget", "state"],
    ),
    errors: zeroed(counter("errors_total", "Errors told to clients", ["code"]), {
      code: ["internal"],
    }),
    requestSeconds: new Histogram({
      name: "lilux_gateway_http_request_seconds",
      help: "REST requests by route and status class",
      labelNames: ["route", "status"],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [registry],
    }),
  };
}

function counterOn(registry: Registry) {
  return (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `lilux_gateway_${name}`, help, labelNames, registers: [registry] });
}

function histogramOn(registry: Registry) {
  return (name: string, help: string) =>
    new Histogram({
      name: `lilux_gateway_${name}`,
      help,
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [registry],
    });
}

/** There from the beginning, so that a question about it has an answer before the first. */
function zeroed(counter: Counter, labels: Record<string, readonly string[]>): Counter {
  let all: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(labels)) {
    all = all.flatMap((one) => values.map((value) => ({ ...one, [name]: value })));
  }
  for (const one of all) counter.inc(one, 0);
  return counter;
}

import { LATENCY_BUCKETS_SECONDS } from "@lilux/runtime";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { ContextOutcome } from "./context/near-context.ts";
import type { LibraryCounts } from "./library/libraries.ts";
import type { PoolObserver } from "./model/worker-pool.ts";

/** What is read off when metrics are collected. */
export interface RouterGauges {
  queue(): { lines: number; items: number };
  library(): LibraryCounts;
}

export interface RouterMetrics {
  pool: PoolObserver;
  /** One prediction that was answered. */
  predicted(seconds: number, path: "model" | "memo" | "joined"): void;
  /** One that was not, by error code. */
  refused(code: string): void;
  context(outcome: ContextOutcome): void;
  degraded(reason: string): void;
  supersededAfterModel(): void;
  /** A model that is deployed for a tenant was passed over. */
  modelUnusable(): void;
}

/** Every metric of the router, on the registry it is given. */
export function createRouterMetrics(registry: Registry, gauges: RouterGauges): RouterMetrics {
  const latency = (name: string, help: string, labelNames: string[] = []) =>
    new Histogram({
      name,
      help,
      labelNames,
      buckets: LATENCY_BUCKETS_SECONDS,
      registers: [registry],
    });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name, help, labelNames, registers: [registry] });

  const route = latency("lilux_router_route_seconds", "Request taken to answer ready.", ["path"]);
  const wait = latency("lilux_router_queue_wait_seconds", "Time waited for a worker.", ["kind"]);
  const forward = latency("lilux_router_forward_seconds", "One forward pass.", ["kind"]);
  const refused = counter("lilux_router_refused_total", "Predictions not answered.", ["code"]);
  const shed = counter("lilux_router_shed_total", "Lines dropped unread.", ["reason"]);
  const restarts = counter("lilux_router_worker_restarts_total", "Workers lost and replaced.");
  const context = counter("lilux_router_context_reads_total", "Warm context reads.", ["outcome"]);
  const degraded = counter("lilux_router_degraded_total", "Partial answers.", ["reason"]);
  const unusable = counter(
    "lilux_router_deployed_unusable_total",
    "Models deployed for a tenant that this router cannot use.",
  );
  registerGauges(registry, gauges);

  return {
    pool: {
      began: (kind, waitedMs) => wait.observe({ kind }, waitedMs / 1_000),
      ran: (kind, runMs) => forward.observe({ kind }, runMs / 1_000),
      shed: (reason) => shed.inc({ reason }),
      workerLost: () => restarts.inc(),
    },
    predicted: (seconds, path) => route.observe({ path }, seconds),
    refused: (code) => refused.inc({ code }),
    context: (outcome) => context.inc({ outcome }),
    degraded: (reason) => degraded.inc({ reason }),
    supersededAfterModel: () => shed.inc({ reason: "superseded_after_model" }),
    modelUnusable: () => unusable.inc(),
  };
}

function registerGauges(registry: Registry, { queue, library }: RouterGauges): void {
  new Gauge({
    name: "lilux_router_queue_depth",
    help: "Lines and items waiting for a worker.",
    labelNames: ["kind"],
    registers: [registry],
    collect() {
      const { lines, items } = queue();
      this.set({ kind: "line" }, lines);
      this.set({ kind: "item" }, items);
    },
  });
  new Gauge({
    name: "lilux_router_library_items",
    help: "Items held, and how many of them are embedded, over all tenants.",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      const { items, embedded } = library();
      this.set({ state: "held" }, items);
      this.set({ state: "embedded" }, embedded);
    },
  });
  new Gauge({
    name: "lilux_router_library_phrasings",
    help: "Lines that people type for items, of authors and models: embedded; and items whose lines are not yet.",
    labelNames: ["state"],
    registers: [registry],
    collect() {
      const { phrasings, phrasingsPending } = library();
      this.set({ state: "embedded" }, phrasings);
      this.set({ state: "items_pending" }, phrasingsPending);
    },
  });
}

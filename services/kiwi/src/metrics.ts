import { createTracedHistogram, LATENCY_BUCKETS_SECONDS } from "@lilux/runtime";
import { Counter, Gauge, Histogram, Registry } from "prom-client";

export type KiwiMetrics = ReturnType<typeof createKiwiMetrics>;

/** Every metric of the service, on a registry of its own. */
export function createKiwiMetrics() {
  const registry = new Registry();
  const registers = [registry];
  const collects: (() => void)[] = [];
  return {
    registry,
    /** Called before the gauges are read. */
    onCollect(fill: () => void): void {
      collects.push(fill);
    },
    callSeconds: createTracedHistogram<"call">({
      name: "lilux_kiwi_call_seconds",
      help: "Time from a call's arrival to its answer, by primitive.",
      labelNames: ["call"],
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    calls: new Counter({
      name: "lilux_kiwi_calls_total",
      help: "Calls by primitive and outcome: ok, or the error's code.",
      labelNames: ["call", "code"] as const,
      registers,
    }),
    items: new Gauge({
      name: "lilux_kiwi_items",
      help: "Items in the loaded libraries, by type.",
      labelNames: ["item_type"] as const,
      registers,
      collect() {
        for (const fill of collects) fill();
      },
    }),
    brokenItems: new Gauge({
      name: "lilux_kiwi_broken_items",
      help: "Files of the loaded libraries that cannot be read as items, by type.",
      labelNames: ["item_type"] as const,
      registers,
    }),
    indexSeconds: new Histogram({
      name: "lilux_kiwi_index_update_seconds",
      help: "Time to take a library's changes into its index.",
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    loadSeconds: new Histogram({
      name: "lilux_kiwi_library_load_seconds",
      help: "Time to read a whole library.",
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    rescans: new Counter({
      name: "lilux_kiwi_library_rescans_total",
      help: "Times that files were looked at again: those that were named, or everything.",
      labelNames: ["extent"] as const,
      registers,
    }),
    polledFolders: new Gauge({
      name: "lilux_kiwi_library_polled_folders",
      help: "Library folders that cannot be watched and are read every few seconds instead.",
      registers,
    }),
    ...registryMetrics(registers),
    scriptRuns: new Counter({
      name: "lilux_kiwi_script_runs_total",
      help: "Script runs by sandbox and outcome.",
      labelNames: ["sandbox", "outcome"] as const,
      registers,
    }),
  };
}

function registryMetrics(registers: Registry[]) {
  return {
    registrySeconds: new Histogram({
      name: "lilux_kiwi_registry_seconds",
      help: "Time the registry's database took, by operation.",
      labelNames: ["operation"] as const,
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    }),
    registryCalls: new Counter({
      name: "lilux_kiwi_registry_calls_total",
      help: "Questions to the registry's database by operation and outcome: ok, or the error's code.",
      labelNames: ["operation", "code"] as const,
      registers,
    }),
    rankings: new Counter({
      name: "lilux_kiwi_rankings_total",
      help: "Searches and discoveries by whether meaning took part: used, partial or absent.",
      labelNames: ["meaning"] as const,
      registers,
    }),
    embeddedItems: new Gauge({
      name: "lilux_kiwi_embedded_items",
      help: "Items of the loaded libraries that can be found by meaning.",
      registers,
    }),
    auditRecords: new Counter({
      name: "lilux_kiwi_audit_records_total",
      help: "Audit records by primitive and decision.",
      labelNames: ["call", "decision"] as const,
      registers,
    }),
    auditDropped: new Counter({
      name: "lilux_kiwi_audit_dropped_total",
      help: "Audit records that were never stored: the bus was away for too long.",
      registers,
    }),
    callEndsDropped: new Counter({
      name: "lilux_kiwi_call_ends_dropped_total",
      help: "Calls whose end was never stored: repeated after a crash, their outcome is unknown.",
      registers,
    }),
    auditWaiting: new Gauge({
      name: "lilux_kiwi_audit_waiting",
      help: "Audit records that wait to be stored.",
      registers,
    }),
  };
}

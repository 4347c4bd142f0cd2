import { LATENCY_BUCKETS_SECONDS } from "@lilux/runtime";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

export type ContextWarmerMetrics = ReturnType<typeof createContextWarmerMetrics>;

/** A person reads, thinks and types before the next line; some come back after lunch. */
const LEAD_BUCKETS_SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 14_400];

/**
 * All of the warmer's metrics, on the registry it is given. The hit rate is hits over hits plus
 * misses; the waste is wasted over offered candidates; the lead is how long an item was warm before
 * it was needed; saved is the finding that was done by then.
 */
export function createContextWarmerMetrics(registry: Registry, sessions: () => number) {
  const registers = [registry];
  const counter = <L extends string = never>(what: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name: `lilux_context_warmer_${what}_total`, help, labelNames, registers });
  const histogram = (what: string, help: string) =>
    new Histogram({
      name: `lilux_context_warmer_${what}_seconds`,
      help,
      buckets: LATENCY_BUCKETS_SECONDS,
      registers,
    });
  new Gauge({
    name: "lilux_context_warmer_sessions_held",
    help: "Sessions in memory",
    registers,
    collect() {
      this.set(sessions());
    },
  });
  return {
    turns: counter("turns_consumed", "Turns taken from the stream, by what became of them", [
      "outcome",
    ]),
    ends: counter("ends_consumed", "Ends of turns taken from the stream, by what became of them", [
      "outcome",
    ]),
    warmings: counter("warmings", "Contexts made, by state", ["state"]),
    discoverFailures: counter("discover_failures", "Discoveries without an answer, by error", [
      "code",
    ]),
    libraryFailures: counter("library_failures", "Libraries that could not be listed, by error", [
      "code",
    ]),
    storeWrites: counter("store_writes", "Writes to the context store, by result", ["result"]),
    worked: counter(
      "worked_items",
      "Turns that worked with an item: hit, miss, or cold when nothing was warm; in the same top folder as the one before, or in another",
      ["outcome", "work"],
    ),
    leadSeconds: new Histogram({
      name: "lilux_context_warmer_lead_seconds",
      help: "How long an item had been warm when a turn worked with it",
      buckets: LEAD_BUCKETS_SECONDS,
      registers,
    }),
    savedSeconds: counter(
      "saved_seconds",
      "Time that finding warm items took before turns worked with them",
    ),
    offered: counter("candidates_offered", "Candidates that became warm"),
    wasted: counter("candidates_wasted", "Candidates that went without any turn about them"),
    discoverSeconds: histogram("discover", "Time kiwi takes to discover"),
    turnToContextSeconds: histogram("turn_to_context", "From turn stored to context written"),
  };
}

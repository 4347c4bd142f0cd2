import { NO_SPANS, type SpanKind, type Spans } from "@lilux/core/telemetry";
import type { RunTurn } from "./run-turn.ts";

/** The same orchestrator, with a span for each turn that it runs as part of a trace. */
export function tracedRunTurn(runTurn: RunTurn, spans: Spans, kind: SpanKind): RunTurn {
  if (spans === NO_SPANS) return runTurn;
  return async function* traced(request, options) {
    const span = spans.start("run turn", { kind, parent: options.traceparent });
    let failure: unknown;
    try {
      for await (const event of runTurn(request, { ...options, traceparent: span.traceparent })) {
        if (event.type === "turn-start") span.set({ "lilux.turn.path": event.path });
        if (event.type === "turn-end") span.set({ "lilux.turn.outcome": event.outcome });
        yield event;
      }
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      span.end(failure);
    }
  };
}

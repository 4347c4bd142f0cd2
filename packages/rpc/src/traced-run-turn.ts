import { eventsInSpan, NO_SPANS, type SpanKind, type Spans } from "@lilux/core/telemetry";
import type { RunTurn } from "./run-turn.ts";

/** The same orchestrator, with a span for each turn that it runs as part of a trace. */
export function tracedRunTurn(runTurn: RunTurn, spans: Spans, kind: SpanKind): RunTurn {
  if (spans === NO_SPANS) return runTurn;
  return async function* traced(request, options) {
    const span = spans.start("run turn", { kind, parent: options.traceparent });
    const events = runTurn(request, { ...options, traceparent: span.traceparent });
    for await (const event of eventsInSpan(span, events)) {
      if (event.type === "turn-start") span.set({ "lilux.turn.path": event.path });
      if (event.type === "turn-end") span.set({ "lilux.turn.outcome": event.outcome });
      yield event;
    }
  };
}

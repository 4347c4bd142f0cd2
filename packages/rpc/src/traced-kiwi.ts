import { eventsInSpan, inSpan, NO_SPANS, type SpanKind, type Spans } from "@lilux/core/telemetry";
import type { KiwiApi, KiwiCallOptions } from "./kiwi-api.ts";

type Method<Q, R> = (request: Q, options?: KiwiCallOptions) => Promise<R>;

/**
 * The same tool core, with a span for each call that is part of a trace: `client` where it is asked,
 * `server` where it answers. The conventions for tools of models name the calls.
 */
export function tracedKiwi<K extends KiwiApi>(kiwi: K, spans: Spans, kind: SpanKind): K {
  if (spans === NO_SPANS) return kiwi;

  const start = (tool: string, parent: string) =>
    spans.start(`execute_tool ${tool}`, {
      kind,
      parent,
      attributes: { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": tool },
    });

  const traced =
    <Q, R>(tool: string, method: Method<Q, R>): Method<Q, R> =>
    async (request, options) => {
      const parent = options?.traceparent;
      if (parent === undefined) return method(request, options);
      return inSpan(start(tool, parent), ({ traceparent }) =>
        method(request, { ...options, traceparent }),
      );
    };

  return {
    ...kiwi,
    search: traced("search", kiwi.search),
    load: traced("load", kiwi.load),
    discover: traced("discover", kiwi.discover),
    async *execute(request, options) {
      const parent = options?.traceparent;
      if (parent === undefined) {
        yield* kiwi.execute(request, options);
        return;
      }
      const span = start("execute", parent);
      const { traceparent } = span;
      yield* eventsInSpan(span, kiwi.execute(request, { ...options, traceparent }));
    },
  };
}

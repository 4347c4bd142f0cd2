import { eventsInSpan, inSpan, NO_SPANS, type Span, type Spans } from "@lilux/core/telemetry";
import type { LanguageModel, ModelRequest, Spending } from "./language-model.ts";

interface TracedDeps {
  spans: Spans;
  pool: string;
}

/**
 * The same model, with a span for each request to its server, named and described by OpenTelemetry's
 * conventions for generative models; the server gets the span as `traceparent`. What was asked and
 * answered is no part of it.
 */
export function tracedModel(model: LanguageModel, { spans, pool }: TracedDeps): LanguageModel {
  if (spans === NO_SPANS) return model;
  const { decide } = model;

  function open<R extends Pick<ModelRequest, "origin" | "model" | "onSpent">>(request: R) {
    const name = request.model ?? model.name;
    const parent = request.origin?.traceparent;
    const attributes = {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": name,
      "lilux.pool": pool,
    };
    // What belongs to no turn, such as a lesson, is nobody's tree.
    const span = spans.start(`chat ${name}`, { kind: "client", parent, attributes });
    const origin = request.origin && { ...request.origin, traceparent: span.traceparent };
    const onSpent = (spending: Spending): void => {
      span.set({
        "gen_ai.usage.input_tokens": spending.promptTokens,
        "gen_ai.usage.output_tokens": spending.completionTokens,
      });
      request.onSpent?.(spending);
    };
    return { span, request: { ...request, ...(origin === undefined ? {} : { origin }), onSpent } };
  }

  async function whole<R extends Pick<ModelRequest, "origin" | "model" | "onSpent">, T>(
    given: R,
    ask: (request: R) => Promise<T>,
  ): Promise<T> {
    const { span, request } = open(given);
    return inSpan(span, () => ask(request));
  }

  return {
    get name() {
      return model.name;
    },
    get capabilities() {
      return model.capabilities;
    },
    ...(decide === undefined
      ? {}
      : {
          decide: (request, signal) => whole(request, (asked) => decide(asked, signal)),
        }),
    async *stream(given, signal) {
      const { span, request } = open(given);
      const startedAt = performance.now();
      let hasBegun = false;
      for await (const event of eventsInSpan(span, model.stream(request, signal))) {
        if (!hasBegun) noteFirst(span, startedAt);
        hasBegun = true;
        yield event;
      }
    },
    structured: (request, signal) => whole(request, (asked) => model.structured(asked, signal)),
  };
}

function noteFirst(span: Span, startedAt: number): void {
  const seconds = (performance.now() - startedAt) / 1_000;
  span.set({ "gen_ai.response.time_to_first_chunk": seconds });
}

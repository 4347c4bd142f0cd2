import { inSpan, NO_SPANS, type SpanKind, type Spans } from "@lilux/core/telemetry";
import type { Bus, BusMessage } from "./bus.ts";

/**
 * The same bus, with a span for each request and its answer, and for each stored message and whoever
 * works on it, as part of the trace that came with it. What came with none begins none.
 */
export function tracedBus<B extends Bus>(bus: B, spans: Spans): B {
  if (spans === NO_SPANS) return bus;

  /** Runs a handler as part of what the sender was doing. */
  async function handle<M extends BusMessage, T>(
    message: M,
    { name, kind }: { name: string; kind: SpanKind },
    handler: (message: M) => Promise<T>,
  ): Promise<T> {
    const parent = message.traceparent;
    if (parent === undefined) return handler(message);
    const attributes = { "messaging.system": "nats", "messaging.operation.type": "process" };
    const span = spans.start(name, { kind, parent, attributes });
    return inSpan(span, ({ traceparent }) => handler({ ...message, traceparent }));
  }

  return {
    ...bus,
    async request(subject, body, options) {
      const parent = options.traceparent;
      if (parent === undefined) return bus.request(subject, body, options);
      const attributes = { "messaging.system": "nats", "messaging.operation.type": "send" };
      const span = spans.start(`request ${kindOf(subject)}`, {
        kind: "client",
        parent,
        attributes,
      });
      return inSpan(span, ({ traceparent }) =>
        bus.request(subject, body, { ...options, traceparent }),
      );
    },
    respond(subject, handler, options) {
      const about = { name: `answer ${kindOf(subject)}`, kind: "server" } as const;
      return bus.respond(subject, (message) => handle(message, about, handler), options);
    },
    async append(stream, subject, body, options) {
      const parent = options.traceparent;
      if (parent === undefined) return bus.append(stream, subject, body, options);
      const attributes = { "messaging.system": "nats", "messaging.destination.name": stream };
      const span = spans.start(`publish ${stream}`, { kind: "producer", parent, attributes });
      // The message keeps the trace of who appends: by it a turn is known to be its own.
      return inSpan(span, () => bus.append(stream, subject, body, options));
    },
    consume(stream, handler, options) {
      const about = { name: `process ${stream}`, kind: "consumer" } as const;
      return bus.consume(stream, (message) => handle(message, about, handler), options);
    },
  };
}

/** `lilux.v1.<tenant>.<kind>.<session>`: no span is named after somebody. */
function kindOf(subject: string): string {
  return subject.split(".")[3] ?? "message";
}

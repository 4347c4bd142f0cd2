import {
  parseTraceparent,
  type Span,
  type SpanAttributes,
  type SpanKind,
  type SpanOptions,
  spanErrorOf,
  startTrace,
  type TraceContext,
  unrecordedSpan,
} from "@lilux/core/telemetry";
import * as otel from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import type { OpenedSpans } from "./opened-spans.ts";

const KINDS: Readonly<Record<SpanKind, otel.SpanKind>> = {
  internal: otel.SpanKind.INTERNAL,
  server: otel.SpanKind.SERVER,
  client: otel.SpanKind.CLIENT,
  producer: otel.SpanKind.PRODUCER,
  consumer: otel.SpanKind.CONSUMER,
};
/** What a receiver that is away may hold up: then spans are dropped, and nothing waits. */
const QUEUE_MAX = 4_096;
const BATCH_MAX = 512;
const EVERY_MS = 2_000;
const EXPORT_WITHIN_MS = 5_000;
const ATTRIBUTE_CHARACTERS_MAX = 200;

/** Spans by OpenTelemetry's SDK, in batches to an OTLP/HTTP receiver. Loaded by `openSpans` alone. */
export function openOtlpSpans(options: {
  service: string;
  version: string;
  url: string;
}): OpenedSpans {
  const { service, version, url } = options;
  const exporter = new OTLPTraceExporter({
    url: `${url.replace(/\/+$/, "")}/v1/traces`,
    timeoutMillis: EXPORT_WITHIN_MS,
  });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": service,
      "service.namespace": "lilux",
      "service.version": version,
    }),
    spanLimits: { attributeValueLengthLimit: ATTRIBUTE_CHARACTERS_MAX },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter,
        maxQueueSize: QUEUE_MAX,
        maxExportBatchSize: BATCH_MAX,
        scheduledDelayMillis: EVERY_MS,
        exportTimeoutMillis: EXPORT_WITHIN_MS,
      }),
    ],
  });
  const tracer = provider.getTracer("lilux", version);
  return {
    spans: { start: (name, given) => startSpan(tracer, name, given) },
    // A receiver that is away is no reason not to end.
    close: () => provider.shutdown().catch(() => undefined),
  };
}

function startSpan(tracer: otel.Tracer, name: string, given: SpanOptions = {}): Span {
  const parent = parseTraceparent(given.parent);
  const isSampled = given.isSampled ?? parent?.sampled ?? false;
  if (!isSampled) return unrecordedSpan({ ...startTrace(parent), sampled: false });
  const { kind = "internal", attributes = {}, startedAt } = given;
  const told = { kind: KINDS[kind], attributes: { ...attributes } };
  const options = startedAt === undefined ? told : { ...told, startTime: startedAt };
  return spanOf(tracer.startSpan(name, options, contextOf(parent)));
}

/** Its own decision counts, not what a stranger's parent says: it is taken before this. */
function contextOf(parent: TraceContext | undefined): otel.Context {
  if (parent === undefined) return otel.ROOT_CONTEXT;
  const { traceId, spanId } = parent;
  const place = { traceId, spanId, traceFlags: otel.TraceFlags.SAMPLED, isRemote: true };
  return otel.trace.setSpanContext(otel.ROOT_CONTEXT, place);
}

function spanOf(span: otel.Span): Span {
  const { traceId, spanId } = span.spanContext();
  const trace = { traceId, spanId, sampled: true };
  const { traceparent } = unrecordedSpan(trace);
  const set = (attributes: SpanAttributes): void => {
    span.setAttributes({ ...attributes });
  };
  return {
    trace,
    traceparent,
    set,
    end(error) {
      if (error !== undefined) {
        set({ "error.type": spanErrorOf(error) });
        span.setStatus({ code: otel.SpanStatusCode.ERROR });
      }
      span.end();
    },
  };
}

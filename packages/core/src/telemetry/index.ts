export { type Log, SILENT_LOG } from "./log.ts";
export { loggedError } from "./logged-error.ts";
export {
  eventsInSpan,
  inSpan,
  NO_SPANS,
  type Span,
  type SpanAttributes,
  type SpanKind,
  type SpanOptions,
  type Spans,
  spanErrorOf,
  unrecordedSpan,
} from "./spans.ts";
export { createTopKeys } from "./top-keys.ts";
export {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "./trace-context.ts";

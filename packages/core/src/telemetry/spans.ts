import { LiluxError } from "@lilux/protocol";
import {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "./trace-context.ts";

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

/** Names, counts, codes and times. Never what a person typed, nor what was answered. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

export interface SpanOptions {
  kind?: SpanKind;
  /** `traceparent` of what it is part of; without one it begins a trace. */
  parent?: string | undefined;
  /** Whether it is recorded, with all that is part of it; as its parent unless told. */
  isSampled?: boolean;
  attributes?: SpanAttributes;
  /** In Unix ms; now unless told. */
  startedAt?: number;
}

/** A piece of work that takes time. */
export interface Span {
  readonly trace: TraceContext;
  /** For whoever does a part of it. */
  readonly traceparent: string;
  set(attributes: SpanAttributes): void;
  /** Once; with what it failed of. */
  end(error?: unknown): void;
}

/** Where spans are told. Starting one never fails and never waits. */
export interface Spans {
  start(name: string, options?: SpanOptions): Span;
}

/** Places in a trace without anybody who records them. */
export const NO_SPANS: Spans = {
  start(_name, { parent, isSampled } = {}) {
    const trace = startTrace(parseTraceparent(parent));
    return unrecordedSpan(isSampled === undefined ? trace : { ...trace, sampled: isSampled });
  },
};

/** A place in a trace that nobody records. */
export function unrecordedSpan(trace: TraceContext): Span {
  return {
    trace,
    traceparent: formatTraceparent(trace),
    set: () => undefined,
    end: () => undefined,
  };
}

/** Does the work as the span's, and ends it however the work ends. */
export async function inSpan<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    const value = await work(span);
    span.end();
    return value;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

/** As `inSpan`, of what comes piece by piece: whoever leaves early ends the span, too. */
export async function* eventsInSpan<T>(span: Span, events: AsyncIterable<T>): AsyncGenerator<T> {
  let failure: unknown;
  try {
    yield* events;
  } catch (error) {
    failure = error;
    throw error;
  } finally {
    span.end(failure);
  }
}

/** What may be told of a failure: its code, since a message may quote what was typed. */
export function spanErrorOf(error: unknown): string {
  return LiluxError.from(error).code;
}

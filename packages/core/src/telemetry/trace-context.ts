import { randomBytes } from "node:crypto";

/** One span's place in a trace, as W3C Trace Context writes it. */
export interface TraceContext {
  /** 32 hex digits, the same for everything that one cause set off. */
  traceId: string;
  /** 16 hex digits, this span. */
  spanId: string;
  /** Whether whoever began the trace has it recorded; not, unless told. */
  sampled?: boolean;
}

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const SAMPLED = 1;
const ZERO = /^0+$/;

/** Reads a `traceparent`; undefined when it is missing or not valid, as the standard asks. */
export function parseTraceparent(header: string | undefined): TraceContext | undefined {
  const match = header === undefined ? null : TRACEPARENT.exec(header);
  const [, traceId, spanId, flags = "0"] = match ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  if (ZERO.test(traceId) || ZERO.test(spanId)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

export function formatTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled === true ? "01" : "00"}`;
}

/** A new span: a child of `parent` when there is one, else the root of a new trace. */
export function startTrace(parent?: TraceContext): TraceContext {
  return {
    traceId: parent?.traceId ?? randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    sampled: parent?.sampled ?? false,
  };
}

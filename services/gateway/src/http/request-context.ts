import {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "@lilux/core/telemetry";
import type { FastifyReply, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** From verified credentials; set before any handler under /v1 runs. */
    tenant: string;
  }
}

/** The span of a request, under its caller's trace when it sent one. */
function traceOf(request: FastifyRequest): TraceContext {
  const header = request.headers["traceparent"];
  return startTrace(parseTraceparent(typeof header === "string" ? header : undefined));
}

export function traceparentOf(request: FastifyRequest): string {
  return formatTraceparent(traceOf(request));
}

/** Ends when the client goes away, or was answered and nothing is left to do. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const abort = new AbortController();
  reply.raw.once("close", () => abort.abort());
  return abort.signal;
}

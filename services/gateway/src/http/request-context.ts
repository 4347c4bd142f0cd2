import {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "@lilux/core/telemetry";
import { type CallActor, LiluxError, type Tenant } from "@lilux/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../access/caller.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** From verified credentials; set before any handler under /v1 runs. */
    tenant: Tenant;
    /** Who of it. */
    person: string;
    /** Both, and what they may do. */
    caller: Caller;
  }
}

/** The span of a request, under its caller's trace when it sent one. */
function traceOf(request: FastifyRequest): TraceContext {
  const header = request.headers["traceparent"];
  const trace = startTrace(parseTraceparent(typeof header === "string" ? header : undefined));
  // No span is made of it, so none may be recorded as a part of it.
  return { ...trace, sampled: false };
}

export function traceparentOf(request: FastifyRequest): string {
  return formatTraceparent(traceOf(request));
}

/** Set by programs that speak for a language model, as `lilux mcp` does. */
export const CALLER_HEADER = "lilux-caller";

/**
 * Who proposes what this request asks for. A credential is a person's, and who
 * holds it can do what they can; a caller can say less of itself, and is
 * believed, but never more. Whatever it says other than `person` is less.
 */
export function actorOf(request: FastifyRequest): CallActor {
  const said = request.headers[CALLER_HEADER];
  return said === undefined || said === "person" ? "person" : "model";
}

/** Ends when the client goes away, or was answered and nothing is left to do. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const abort = new AbortController();
  reply.raw.once("close", () => abort.abort());
  return abort.signal;
}

/** Says of a question what to send for a yes. */
export function withNextStep(error: LiluxError): LiluxError {
  const { details } = error;
  const why = details?.["why"];
  if (error.code !== "confirm_required" || typeof why !== "string") return error;
  return new LiluxError("confirm_required", {
    message: `This call did not run: it waits for a person's yes. ${why} To give it, send the same body with confirmation {callId, callDigest, nonce} from details.`,
    details: { ...details },
    cause: error,
  });
}

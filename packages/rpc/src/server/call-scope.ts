import type { Metadata } from "@grpc/grpc-js";
import { LiluxError, type Mandate } from "@lilux/protocol";
import { traceparentOf } from "../wire/trace-metadata.ts";

/** What the handler of one call works under. */
export interface CallScope {
  /** Ends at the client's cancel, its death, or the deadline. */
  signal: AbortSignal;
  /** What is left until the client's deadline; undefined when it set none. */
  deadlineMs: number | undefined;
  traceparent: string | undefined;
  /** Who it is done for, as far as the call says and this process can tell. */
  mandate?: Mandate | undefined;
  /** Ends the signal on the client's word. */
  abort(): void;
}

interface ServerCall {
  metadata: Metadata;
  getDeadline(): Date | number;
  on(event: "cancelled", listener: () => void): unknown;
}

export function callScope(call: ServerCall): CallScope {
  const controller = new AbortController();
  const deadlineAt = Number(call.getDeadline());
  call.on("cancelled", () => {
    const late = Number.isFinite(deadlineAt) && Date.now() >= deadlineAt;
    controller.abort(new LiluxError(late ? "deadline_exceeded" : "cancelled"));
  });
  return {
    signal: controller.signal,
    deadlineMs: Number.isFinite(deadlineAt) ? Math.max(0, deadlineAt - Date.now()) : undefined,
    traceparent: traceparentOf(call.metadata),
    abort: () => controller.abort(new LiluxError("cancelled")),
  };
}

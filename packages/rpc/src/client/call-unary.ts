import type { CallOptions, ClientUnaryCall, Metadata, ServiceError } from "@grpc/grpc-js";
import { abortError } from "@lilux/core/async";
import { type Mandate, wholeMs } from "@lilux/protocol";
import type { SignClaim } from "../claims/claim-tokens.ts";
import { addClaim } from "../wire/claim-metadata.ts";
import { fromServiceError, type Unavailable } from "../wire/error-trailer.ts";
import { traceMetadata } from "../wire/trace-metadata.ts";

/** A generated client method. */
export type UnaryMethod<Q, R> = (
  request: Q,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: R) => void,
) => ClientUnaryCall;

export interface UnaryOptions {
  deadlineMs: number;
  signal: AbortSignal | undefined;
  traceparent: string | undefined;
  mandate?: Mandate | undefined;
  signClaim?: SignClaim | undefined;
  /** What it fails with when the peer cannot be reached. */
  unavailable: Unavailable;
}

/** One request and one answer. An abort rejects at once and cancels the work at the server. */
export async function callUnary<Q, R>(
  method: UnaryMethod<Q, R>,
  request: Q,
  { deadlineMs, signal, traceparent, unavailable, mandate, signClaim }: UnaryOptions,
): Promise<R> {
  if (signal?.aborted) throw abortError(signal);
  const claim = { mandate, signClaim, deadlineMs };
  const metadata = await addClaim(traceMetadata(traceparent), claim);
  if (signal?.aborted) throw abortError(signal);
  const { promise, resolve, reject } = Promise.withResolvers<R>();
  const deadline = Date.now() + wholeMs(deadlineMs);
  const call = method(request, metadata, { deadline }, (error, response) => {
    if (error === null) resolve(response);
    else reject(fromServiceError(error, unavailable));
  });
  const onAbort = (): void => {
    if (signal !== undefined) reject(abortError(signal));
    call.cancel();
  };
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener("abort", onAbort);
  }
}

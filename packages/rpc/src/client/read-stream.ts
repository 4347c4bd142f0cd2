import type { ClientReadableStream } from "@grpc/grpc-js";
import { abortError } from "@lilux/core/async";
import { fromServiceError, type Unavailable } from "../wire/error-trailer.ts";

/**
 * A server's stream as a loop. An abort throws the signal's own error; leaving
 * the loop early cancels the work at the server.
 */
export async function* readStream<T>(
  call: ClientReadableStream<T>,
  { signal, unavailable }: { signal: AbortSignal | undefined; unavailable: Unavailable },
): AsyncGenerator<T> {
  const onAbort = (): void => call.cancel();
  signal?.addEventListener("abort", onAbort, { once: true });
  // The loop below reads errors; one that comes after it must not end the process.
  call.on("error", () => {});
  try {
    for await (const message of call as AsyncIterable<T>) yield message;
  } catch (error) {
    throw signal?.aborted ? abortError(signal) : fromServiceError(error, unavailable);
  } finally {
    signal?.removeEventListener("abort", onAbort);
    call.cancel();
  }
}

import { abortError } from "@lilux/core/async";
import { LiluxError, wholeMs } from "@lilux/protocol";

export interface WaitOptions {
  deadlineMs: number;
  signal?: AbortSignal | undefined;
  /** Registers what is to be told when the connection goes, and returns how to undo that. */
  onLost?: ((lost: () => void) => () => void) | undefined;
}

/**
 * The work's value, or a rejection: `deadline_exceeded`, `cancelled` at the
 * caller's abort, `bus_unavailable` when the connection goes. One timer and no
 * derived signals: this is on the path of every keystroke.
 */
export function waitFor<T>(work: Promise<T>, options: WaitOptions): Promise<T> {
  const { deadlineMs, signal, onLost } = options;
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => reject(signal && abortError(signal));
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => reject(new LiluxError("deadline_exceeded")), wholeMs(deadlineMs));
  const forget = onLost?.(() => reject(new LiluxError("bus_unavailable")));
  work.then(resolve, reject);
  return promise.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    forget?.();
  });
}

import { LiluxError, wholeMs } from "@lilux/protocol";

/**
 * A signal that ends at the caller's cancel or after `ms`, whichever is first:
 * the one place that makes a deadline of a duration somebody computed.
 * Its timer does not keep the process alive.
 */
export function deadlineSignal(ms: number, caller?: AbortSignal): AbortSignal {
  const timeout = AbortSignal.timeout(wholeMs(ms));
  return caller === undefined ? timeout : AbortSignal.any([caller, timeout]);
}

/** A deadline that is taken back when the work is done before it. */
export interface OpenDeadline {
  signal: AbortSignal;
  end(): void;
}

/**
 * As `deadlineSignal`, for work that is done many times a second and nearly always in time: a
 * timer that nobody takes back runs out later and makes an error that nobody reads.
 */
export function openDeadline(ms: number, caller?: AbortSignal): OpenDeadline {
  const controller = new AbortController();
  const { signal } = controller;
  const onTimeout = (): void => controller.abort(new LiluxError("deadline_exceeded"));
  const onAbort = (): void => controller.abort(caller?.reason);
  const timer = setTimeout(onTimeout, wholeMs(ms));
  timer.unref();
  if (caller?.aborted === true) onAbort();
  caller?.addEventListener("abort", onAbort, { once: true });
  return {
    signal,
    end() {
      clearTimeout(timer);
      caller?.removeEventListener("abort", onAbort);
    },
  };
}

/**
 * The promise's value, or a rejection as soon as the signal ends: `cancelled`
 * for a caller's abort, `deadline_exceeded` for a timeout. The work itself must
 * watch the same signal; this only stops the waiting.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(abortError(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}

/** The error that says why a signal ended. */
export function abortError(signal: AbortSignal): LiluxError {
  return LiluxError.from(signal.reason);
}

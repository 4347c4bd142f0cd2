import { wholeMs } from "@lilux/protocol";

/** Time, so that tests can move it. Every reading may have a fraction. */
export interface Clock {
  /** Milliseconds since 1970, which may jump: for what is stored, signed or shown. */
  unix(): number;
  /** Milliseconds that never go back: for how long something took. */
  monotonic(): number;
  /** Resolves after `ms`, or at once when the signal ends; never rejects. Keeps no process alive. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  unix: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    const timer = setTimeout(wake, wholeMs(ms));
    timer.unref();
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", wake);
  },
};

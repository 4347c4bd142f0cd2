import { setTimeout as sleepFor } from "node:timers/promises";
import { wholeMs } from "@lilux/protocol";

/** Time, so that tests can move it. */
export interface Clock {
  /** Milliseconds that never go back. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal ends; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    await sleepFor(wholeMs(ms), undefined, { signal, ref: false }).catch(() => {});
  },
};

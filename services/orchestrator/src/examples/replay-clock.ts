import type { Clock } from "@lilux/core/async";

/** No wait of ours that a replay should sit out is longer; deadlines are. */
const SHORT_MS = 5_000;

/** Time in which short waits are over at once and deadlines never come. */
export function createReplayClock(): Clock {
  let now = 0;
  return {
    unix: () => now,
    monotonic: () => now,
    async sleep(ms, signal) {
      if (signal.aborted) return;
      if (ms <= SHORT_MS) {
        now += ms;
        return;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
    },
  };
}

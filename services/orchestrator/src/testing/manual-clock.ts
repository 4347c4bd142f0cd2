import type { Clock } from "../turn/clock.ts";

/**
 * A clock that a test moves. Like a real one it gives no whole numbers and
 * never the same one twice, but it goes on by a microsecond only.
 */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** How many sleepers wait for so long from now. */
  sleepers(ms: number): number;
}

interface Sleeper {
  at: number;
  wake(): void;
}

export function createManualClock(): ManualClock {
  let time = 0.371;
  const sleepers = new Set<Sleeper>();
  return {
    now() {
      time += 0.001;
      return time;
    },
    async sleep(ms, signal) {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const sleeper = { at: time + ms, wake: resolve };
      sleepers.add(sleeper);
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
      sleepers.delete(sleeper);
    },
    advance(ms) {
      time += ms;
      for (const sleeper of sleepers) if (sleeper.at <= time) sleeper.wake();
    },
    sleepers: (ms) =>
      [...sleepers].filter((sleeper) => Math.abs(sleeper.at - time - ms) < 1).length,
  };
}

import type { Clock } from "../turn/clock.ts";

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** How many sleepers wait for exactly so long from now. */
  sleepers(ms: number): number;
}

interface Sleeper {
  at: number;
  wake(): void;
}

export function createManualClock(): ManualClock {
  let time = 0;
  const sleepers = new Set<Sleeper>();
  return {
    now: () => time,
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
    sleepers: (ms) => [...sleepers].filter((sleeper) => sleeper.at === time + ms).length,
  };
}

import type { Clock } from "@lilux/core/async";

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

/** Unix ms; a Sunday in June. */
const STARTED_AT = Date.UTC(2025, 5, 1);

export function createManualClock(): ManualClock {
  let time = 0.371;
  const sleepers = new Set<Sleeper>();

  function read(): number {
    time += 0.001;
    return time;
  }

  return {
    unix: () => STARTED_AT + read(),
    monotonic: read,
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

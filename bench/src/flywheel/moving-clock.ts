import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";

/** Real time, which can be moved on: whoever sleeps until then wakes. */
export interface MovingClock extends Clock {
  advance(ms: number): void;
  /** How many sleep for at least so long from now. */
  sleepersBeyond(ms: number): number;
}

export function createMovingClock(startAt: number): MovingClock {
  let moved = startAt - SYSTEM_CLOCK.unix();
  let passed = 0;
  const sleepers = new Set<{ at: number; wake(): void }>();
  const monotonic = (): number => SYSTEM_CLOCK.monotonic() + passed;
  return {
    unix: () => SYSTEM_CLOCK.unix() + moved,
    monotonic,
    async sleep(ms, signal) {
      const early = new AbortController();
      const sleeper = { at: monotonic() + ms, wake: () => early.abort() };
      sleepers.add(sleeper);
      await SYSTEM_CLOCK.sleep(ms, AbortSignal.any([signal, early.signal]));
      sleepers.delete(sleeper);
    },
    advance(ms) {
      moved += ms;
      passed += ms;
      for (const sleeper of sleepers) if (sleeper.at <= monotonic()) sleeper.wake();
    },
    sleepersBeyond: (ms) => [...sleepers].filter(({ at }) => at - monotonic() >= ms).length,
  };
}

/** How long a pool's answers took to begin of late. */
export interface FirstTokenTimes {
  add(ms: number): void;
  /** Longer than nearly all of them, between the bounds. */
  unusualMs(): number;
}

const KEPT = 64;
/** Of fewer than that nothing can be said. */
const KNOWN_MIN = 8;
const NEARLY_ALL = 0.95;

export function createFirstTokenTimes({ min, max }: { min: number; max: number }): FirstTokenTimes {
  const times: number[] = [];
  return {
    add(ms) {
      times.push(ms);
      if (times.length > KEPT) times.shift();
    },
    unusualMs() {
      const usual = times.toSorted((one, other) => one - other);
      const slow = usual[Math.floor(usual.length * NEARLY_ALL)] ?? 0;
      // Before anything is known a server may just be slow: twice the least is waited.
      const ms = times.length < KNOWN_MIN ? min * 2 : slow;
      return Math.min(max, Math.max(min, ms));
    },
  };
}

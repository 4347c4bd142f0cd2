/**
 * How many places each flow has held on average of late: an average over time whose weights fade
 * with the age of what they weigh, by half every `halfLifeMs`.
 */
export interface HeldLately {
  /** From now on it holds so many more, or fewer. */
  change(flow: string, by: number): void;
  of(flow: string): number;
}

interface Kept {
  held: number;
  average: number;
  at: number;
}

/** Less than this of a place is nothing: a flow that holds none and had no more is forgotten. */
const FORGOTTEN_BELOW = 0.01;
const SWEEP_EVERY = 256;

export function createHeldLately({
  halfLifeMs,
  now,
}: {
  halfLifeMs: number;
  /** Monotonic milliseconds. */
  now(): number;
}): HeldLately {
  const flows = new Map<string, Kept>();
  let changes = 0;

  function averageOf({ held, average, at }: Kept): number {
    const faded = 0.5 ** ((now() - at) / halfLifeMs);
    return held + (average - held) * faded;
  }

  function sweep(): void {
    for (const [flow, kept] of flows) {
      if (kept.held === 0 && averageOf(kept) < FORGOTTEN_BELOW) flows.delete(flow);
    }
  }

  return {
    change(flow, by) {
      changes += 1;
      if (changes % SWEEP_EVERY === 0) sweep();
      const kept = flows.get(flow) ?? { held: 0, average: 0, at: now() };
      flows.set(flow, { held: kept.held + by, average: averageOf(kept), at: now() });
    },
    of(flow) {
      const kept = flows.get(flow);
      return kept === undefined ? 0 : averageOf(kept);
    },
  };
}

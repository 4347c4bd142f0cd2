export interface Frequent {
  key: string;
  /** At least what it truly is. */
  count: number;
  /** At most so much of `count` is not its own. */
  error: number;
}

export interface SpaceSaving {
  add(key: string): void;
  /** Those with the highest counts, highest first. */
  top(many: number): Frequent[];
  /** Events seen; halved with the counts. */
  total(): number;
  /** What is long ago counts half as much, and half again the next time. */
  halve(): void;
}

/**
 * The most frequent keys of an endless stream, in `countersMax` counters: the Space-Saving of Metwally,
 * Agrawal and El Abbadi ("Efficient computation of frequent and top-k elements in data streams", 2005).
 * A key without a counter takes over the smallest one and its count. With n events and m counters each
 * count is at most n / m too high and never too low, and every key of more than n / m events has one.
 * Finding the smallest looks at all counters: they are few.
 */
export function createSpaceSaving(countersMax: number): SpaceSaving {
  const counters = new Map<string, Frequent>();
  let seen = 0;

  function smallest(): Frequent | undefined {
    let least: Frequent | undefined;
    for (const counter of counters.values()) {
      if (least === undefined || counter.count < least.count) least = counter;
    }
    return least;
  }

  function takenOver(): number {
    const least = counters.size < countersMax ? undefined : smallest();
    if (least === undefined) return 0;
    counters.delete(least.key);
    return least.count;
  }

  return {
    add(key) {
      seen += 1;
      const known = counters.get(key);
      if (known !== undefined) {
        known.count += 1;
        return;
      }
      const error = takenOver();
      counters.set(key, { key, count: error + 1, error });
    },
    top: (many) =>
      [...counters.values()]
        .sort((a, b) => b.count - a.count)
        .slice(0, many)
        .map((counter) => ({ ...counter })),
    total: () => seen,
    halve() {
      seen /= 2;
      for (const counter of counters.values()) {
        counter.count /= 2;
        counter.error /= 2;
      }
    },
  };
}

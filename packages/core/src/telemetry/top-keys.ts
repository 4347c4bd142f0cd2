import { createSpaceSaving } from "./space-saving.ts";

export interface TopKeysOptions {
  /** So many are told apart; the others are one. */
  keysMax: number;
  /** Looked at so often who they are. */
  settleMs: number;
  /** What is older than this counts half. */
  halveMs: number;
  /** A clock that never goes back, in ms. */
  now(): number;
  /** It is told apart no longer. */
  onLeft(key: string): void;
}

export interface TopKeys {
  /** Counts an event of a key, and says whether it is one that is told apart. */
  note(key: string): boolean;
}

/** Enough for an estimate that is off by half a percent of all events. */
const COUNTERS_PER_KEY = 4;

/**
 * The most frequent keys of lately. As long as there is room each new one is told apart at once; then one
 * takes the place of another only where it surely had more events, so that the many with few events do not
 * push each other out for ever.
 */
export function createTopKeys(options: TopKeysOptions): TopKeys {
  const { keysMax, settleMs, halveMs, now, onLeft } = options;
  const sketch = createSpaceSaving(COUNTERS_PER_KEY * keysMax);
  const told = new Set<string>();
  let settledAt = now();
  let halvedAt = now();

  function settle(): void {
    settledAt = now();
    const ranked = sketch.top(COUNTERS_PER_KEY * keysMax);
    const counts = new Map(ranked.map(({ key, count }) => [key, count]));
    // Who has no counter has at most what the smallest one has.
    const countOf = (key: string): number => counts.get(key) ?? ranked.at(-1)?.count ?? 0;
    const members = [...told].sort((a, b) => countOf(a) - countOf(b));
    const rivals = ranked.filter(({ key }) => !told.has(key));
    for (const { key, count, error } of rivals) {
      const weakest = members[0];
      if (weakest === undefined || count - error <= countOf(weakest)) continue;
      members.shift();
      told.delete(weakest);
      told.add(key);
      onLeft(weakest);
    }
  }

  return {
    note(key) {
      sketch.add(key);
      const at = now();
      if (at - halvedAt >= halveMs) {
        sketch.halve();
        halvedAt = at;
      }
      if (at - settledAt >= settleMs) settle();
      if (told.size < keysMax) told.add(key);
      return told.has(key);
    },
  };
}

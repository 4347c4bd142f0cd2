import type { Posting } from "./term-postings.ts";

/** A query term with its weight and the terms it matches, each with how well (0 to 1). */
export interface WeighedTerm {
  word: string;
  importance: number;
  weight: number;
  matches: { posting: Posting; quality: number }[];
}

/** Sums scores by slot without allocating per document. */
export interface ScoreBoard {
  /** Makes room for slots below this number. */
  reserve(slots: number): void;
  /** Calls back with every slot that any term touched, and its sum. Leaves the board clean. */
  sum(terms: readonly WeighedTerm[], each: (slot: number, sum: number) => void): void;
}

export function createScoreBoard(): ScoreBoard {
  let totals = new Float64Array(64);
  let best = new Float64Array(64);

  /** A term counts once per document: by the best of what it matches there. */
  function bestOf({ matches }: WeighedTerm): number[] {
    const touched: number[] = [];
    for (const { posting, quality } of matches) {
      const { slots, weights } = posting;
      for (let index = 0; index < slots.length; index += 1) {
        const slot = slots[index] ?? 0;
        const value = quality * (weights[index] ?? 0);
        const before = best[slot] ?? 0;
        if (before === 0) touched.push(slot);
        if (value > before) best[slot] = value;
      }
    }
    return touched;
  }

  return {
    reserve(slots) {
      if (slots <= totals.length) return;
      totals = new Float64Array(Math.max(slots, totals.length * 2));
      best = new Float64Array(totals.length);
    },
    sum(terms, each) {
      const touched: number[] = [];
      for (const term of terms) {
        for (const slot of bestOf(term)) {
          if (totals[slot] === 0) touched.push(slot);
          totals[slot] = (totals[slot] ?? 0) + term.weight * (best[slot] ?? 0);
          best[slot] = 0;
        }
      }
      for (const slot of touched) {
        each(slot, totals[slot] ?? 0);
        totals[slot] = 0;
      }
    },
  };
}

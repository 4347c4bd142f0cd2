import type { Posting } from "./term-postings.ts";

/** A query term with its weight and the terms it matches, each with how well (0 to 1). */
export interface WeighedTerm {
  word: string;
  weight: number;
  /** Whether it can name an item: words of grammar cannot. */
  names: boolean;
  matches: { posting: Posting; quality: number }[];
}

/** What the terms of a query come to in one document. */
export interface SlotScore {
  slot: number;
  /** The weighted sum of its terms. */
  sum: number;
  /** The rarity of the words of its id that the query holds. */
  named: number;
  /** How many of them. */
  namedCount: number;
}

/** Sums scores by slot without allocating per document. */
export interface ScoreBoard {
  /** Makes room for slots below this number. */
  reserve(slots: number): void;
  /** Calls back for every slot that any term touched, with one object that is used again. */
  sum(
    terms: readonly WeighedTerm[],
    rarity: (posting: Posting) => number,
    each: (score: SlotScore) => void,
  ): void;
}

export function createScoreBoard(): ScoreBoard {
  let totals = new Float64Array(64);
  let best = new Float64Array(64);
  let named = new Float64Array(64);
  let counts = new Float64Array(64);

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

  function addTotals(terms: readonly WeighedTerm[]): number[] {
    const touched: number[] = [];
    for (const term of terms) {
      for (const slot of bestOf(term)) {
        if (totals[slot] === 0) touched.push(slot);
        totals[slot] = (totals[slot] ?? 0) + term.weight * (best[slot] ?? 0);
        best[slot] = 0;
      }
    }
    return touched;
  }

  function addNames(terms: readonly WeighedTerm[], rarity: (posting: Posting) => number): void {
    for (const [posting, quality] of namingMatches(terms)) {
      const value = rarity(posting) * quality;
      for (const slot of posting.idSlots) {
        named[slot] = (named[slot] ?? 0) + value;
        counts[slot] = (counts[slot] ?? 0) + quality;
      }
    }
  }

  return {
    reserve(slots) {
      if (slots <= totals.length) return;
      const length = Math.max(slots, totals.length * 2);
      totals = new Float64Array(length);
      best = new Float64Array(length);
      named = new Float64Array(length);
      counts = new Float64Array(length);
    },
    sum(terms, rarity, each) {
      const touched = addTotals(terms);
      addNames(terms, rarity);
      const score: SlotScore = { slot: 0, sum: 0, named: 0, namedCount: 0 };
      for (const slot of touched) {
        score.slot = slot;
        score.sum = totals[slot] ?? 0;
        score.named = named[slot] ?? 0;
        score.namedCount = counts[slot] ?? 0;
        each(score);
        totals[slot] = 0;
        named[slot] = 0;
        counts[slot] = 0;
      }
    },
  };
}

/** Each matched term once, as well as any word of the query matches it. */
function namingMatches(terms: readonly WeighedTerm[]): Map<Posting, number> {
  const matched = new Map<Posting, number>();
  for (const { matches, names } of terms) {
    if (!names) continue;
    for (const { posting, quality } of matches) {
      matched.set(posting, Math.max(quality, matched.get(posting) ?? 0));
    }
  }
  return matched;
}

import type { Posting } from "./term-postings.ts";

/** A query term with its weight and the terms it matches, each with how well (0 to 1). */
export interface WeighedTerm {
  word: string;
  weight: number;
  /** Whether it can name an item: words of grammar cannot. */
  names: boolean;
  matches: { posting: Posting; quality: number }[];
}

/** What the terms of a query come to in each document, by slot. All arrays are used again. */
export interface ScoreBoard {
  /** The slots that count, the first `count` of them. */
  readonly touched: Int32Array;
  /** The weighted sum of the query's terms. */
  readonly totals: Float64Array;
  /** The rarity of the words of its id that the query holds. */
  readonly named: Float64Array;
  /** How many of them. */
  readonly namedCounts: Float64Array;
  /** Makes room for slots below this number. */
  reserve(slots: number): void;
  /** Adds up a query's terms; how many slots were touched. Call `clear` before the next. */
  sum(query: SumQuery): number;
  clear(count: number): void;
}

interface SumQuery {
  terms: readonly WeighedTerm[];
  rarityOf: (posting: Posting) => number;
  /** A document whose terms weigh less than this in sum, and name nothing, may be left out. */
  weightMin: number;
}

export function createScoreBoard(): ScoreBoard {
  return new Board();
}

class Board implements ScoreBoard {
  touched = new Int32Array(64);
  totals = new Float64Array(64);
  named = new Float64Array(64);
  namedCounts = new Float64Array(64);
  /** The best match of one term by slot, where the term matches several postings. */
  #best = new Float64Array(64);
  #bestTouched = new Int32Array(64);

  reserve(slots: number): void {
    if (slots <= this.totals.length) return;
    const length = Math.max(slots, this.totals.length * 2);
    this.touched = new Int32Array(length);
    this.totals = new Float64Array(length);
    this.named = new Float64Array(length);
    this.namedCounts = new Float64Array(length);
    this.#best = new Float64Array(length);
    this.#bestTouched = new Int32Array(length);
  }

  sum({ terms, rarityOf, weightMin }: SumQuery): number {
    const { telling, quiet } = splitByWeight(terms, weightMin);
    let count = 0;
    for (const term of telling) count = this.#addTerm(term, count);
    for (const term of quiet) this.#addWhereTouched(term);
    for (const [posting, quality] of namingMatches(terms)) {
      this.#addNamed(posting, rarityOf(posting) * quality, quality);
    }
    return count;
  }

  clear(count: number): void {
    const { touched, totals, named, namedCounts } = this;
    for (let index = 0; index < count; index += 1) {
      const slot = touched[index] ?? 0;
      totals[slot] = 0;
      named[slot] = 0;
      namedCounts[slot] = 0;
    }
  }

  #addTerm({ matches, weight }: WeighedTerm, countBefore: number): number {
    const [first] = matches;
    if (first === undefined) return countBefore;
    if (matches.length > 1) return this.#addBestOf(matches, weight, countBefore);
    const { slots, weights } = first.posting;
    const { totals, touched } = this;
    const factor = weight * first.quality;
    let count = countBefore;
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] ?? 0;
      const before = totals[slot] ?? 0;
      if (before === 0) {
        touched[count] = slot;
        count += 1;
      }
      totals[slot] = before + factor * (weights[index] ?? 0);
    }
    return count;
  }

  /** A term counts once per document: by the best of what it matches there. */
  #addBestOf(matches: WeighedTerm["matches"], weight: number, countBefore: number): number {
    const best = this.#best;
    const bestTouched = this.#bestTouched;
    let matched = 0;
    for (const { posting, quality } of matches) {
      const { slots, weights } = posting;
      for (let index = 0; index < slots.length; index += 1) {
        const slot = slots[index] ?? 0;
        const value = quality * (weights[index] ?? 0);
        const before = best[slot] ?? 0;
        if (before === 0) {
          bestTouched[matched] = slot;
          matched += 1;
        }
        if (value > before) best[slot] = value;
      }
    }
    const { totals, touched } = this;
    let count = countBefore;
    for (let index = 0; index < matched; index += 1) {
      const slot = bestTouched[index] ?? 0;
      const before = totals[slot] ?? 0;
      if (before === 0) {
        touched[count] = slot;
        count += 1;
      }
      totals[slot] = before + weight * (best[slot] ?? 0);
      best[slot] = 0;
    }
    return count;
  }

  #addWhereTouched({ matches, weight }: WeighedTerm): void {
    const { totals } = this;
    for (const { posting, quality } of matches) {
      const { slots, weights } = posting;
      const factor = weight * quality;
      for (let index = 0; index < slots.length; index += 1) {
        const slot = slots[index] ?? 0;
        const before = totals[slot] ?? 0;
        if (before !== 0) totals[slot] = before + factor * (weights[index] ?? 0);
      }
    }
  }

  #addNamed({ idSlots = [] }: Posting, value: number, quality: number): void {
    const { named, namedCounts } = this;
    for (let index = 0; index < idSlots.length; index += 1) {
      const slot = idSlots[index] ?? 0;
      named[slot] = (named[slot] ?? 0) + value;
      namedCounts[slot] = (namedCounts[slot] ?? 0) + quality;
    }
  }
}

/**
 * The words of grammar are in nearly every document and weigh next to nothing:
 * as long as those together stay below `weightMin`, they only add to documents
 * that another word found. The answer is the same, without walking through
 * everything for "the".
 */
function splitByWeight(
  terms: readonly WeighedTerm[],
  weightMin: number,
): { telling: WeighedTerm[]; quiet: WeighedTerm[] } {
  const telling: WeighedTerm[] = [];
  const quiet: WeighedTerm[] = [];
  let quietWeight = 0;
  for (const term of terms) {
    // One match at most: a word that is still growing is looked at in full.
    const mayBeQuiet = !term.names && term.matches.length <= 1;
    if (mayBeQuiet && quietWeight + term.weight < weightMin) {
      quietWeight += term.weight;
      quiet.push(term);
    } else {
      telling.push(term);
    }
  }
  return { telling, quiet };
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

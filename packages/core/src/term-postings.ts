import type { AnalysedDocument } from "./lexical-fields.ts";

/** Which documents hold a term, and how strongly. */
export interface Posting {
  stem: string;
  slots: number[];
  /** BM25-saturated weights, 0 to 1. */
  weights: number[];
  /** Those in whose id it stands. */
  idSlots: number[];
}

/** BM25's k1: how soon more of the same word stops counting. */
const SATURATION = 1.2;

/** The inverted lists of an index. Documents are known here by slot number only. */
export interface TermPostings {
  of(stem: string): Posting | undefined;
  add(slot: number, document: AnalysedDocument): void;
  remove(slot: number, document: AnalysedDocument): void;
}

export function createTermPostings(): TermPostings {
  const postings = new Map<string, Posting>();
  return {
    of: (stem) => postings.get(stem),
    add(slot, { terms, idStems }) {
      for (const [stem, { weight }] of terms) {
        const posting = postings.get(stem) ?? { stem, slots: [], weights: [], idSlots: [] };
        posting.slots.push(slot);
        posting.weights.push(weight / (weight + SATURATION));
        postings.set(stem, posting);
      }
      for (const stem of idStems) postings.get(stem)?.idSlots.push(slot);
    },
    remove(slot, { terms, idStems }) {
      for (const stem of idStems) take(postings.get(stem)?.idSlots, slot);
      for (const stem of terms.keys()) {
        const posting = postings.get(stem);
        if (posting === undefined) continue;
        posting.weights.splice(take(posting.slots, slot), 1);
        if (posting.slots.length === 0) postings.delete(stem);
      }
    },
  };
}

/** Removes a value; the place it had. */
function take(values: number[] | undefined, value: number): number {
  const place = values?.indexOf(value) ?? -1;
  if (place >= 0) values?.splice(place, 1);
  return place;
}

/** BM25's rarity of a term that `count` of `documents` hold; never negative. */
export function rarityOf(count: number, documents: number): number {
  return Math.log(1 + (documents - count + 0.5) / (count + 0.5));
}

import type { TermInDocument } from "./lexical-fields.ts";

/** Which documents hold a term, and how strongly. */
export interface Posting {
  stem: string;
  slots: number[];
  /** BM25-saturated weights, 0 to 1. */
  weights: number[];
  /** BM25's rarity, as of `rarityFor` documents and `rarityCount` holders. */
  rarity: number;
  rarityFor: number;
  rarityCount: number;
  /** How well the query in work matches this term, 0 to 1; 0 between queries. */
  matched: number;
}

/** BM25's k1: how soon more of the same word stops counting. */
const SATURATION = 1.2;

/** The inverted lists of an index. Documents are known here by slot number only. */
export interface TermPostings {
  of(stem: string): Posting | undefined;
  add(slot: number, terms: ReadonlyMap<string, TermInDocument>): void;
  remove(slot: number, terms: ReadonlyMap<string, TermInDocument>): void;
}

export function createTermPostings(): TermPostings {
  const postings = new Map<string, Posting>();
  return {
    of: (stem) => postings.get(stem),
    add(slot, terms) {
      for (const [stem, { weight }] of terms) {
        const posting = postings.get(stem) ?? emptyPosting(stem);
        posting.slots.push(slot);
        posting.weights.push(weight / (weight + SATURATION));
        postings.set(stem, posting);
      }
    },
    remove(slot, terms) {
      for (const stem of terms.keys()) {
        const posting = postings.get(stem);
        if (posting === undefined) continue;
        const place = posting.slots.indexOf(slot);
        posting.slots.splice(place, 1);
        posting.weights.splice(place, 1);
        if (posting.slots.length === 0) postings.delete(stem);
      }
    },
  };
}

function emptyPosting(stem: string): Posting {
  const rarity = { rarity: 0, rarityFor: -1, rarityCount: -1 };
  return { stem, slots: [], weights: [], ...rarity, matched: 0 };
}

/** BM25's rarity of a term among `documents`, kept until either number changes. */
export function rarityOfPosting(posting: Posting, documents: number): number {
  const count = posting.slots.length;
  if (posting.rarityFor !== documents || posting.rarityCount !== count) {
    posting.rarity = rarityOf(count, documents);
    posting.rarityFor = documents;
    posting.rarityCount = count;
  }
  return posting.rarity;
}

/** Of a term that `count` of `documents` hold; never negative. */
export function rarityOf(count: number, documents: number): number {
  return Math.log(1 + (documents - count + 0.5) / (count + 0.5));
}

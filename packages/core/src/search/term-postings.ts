/** Which documents hold a term, and how strongly. Documents are known here by slot number only. */
export interface Posting {
  stem: string;
  /** In no order. */
  slots: number[];
  /** BM25-saturated weights, 0 to 1, one a slot. */
  weights: number[];
  /** Those in whose id it stands; undefined while there are none. */
  idSlots: number[] | undefined;
}

/** BM25's k1: how soon more of the same word stops counting. */
const SATURATION = 1.2;

/** The inverted lists of an index. */
interface TermPostings {
  of(stem: string): Posting | undefined;
  /** Takes a document's term in; `weight` is boosted and length-normalised. */
  add(stem: string, document: { slot: number; weight: number; isInId: boolean }): Posting;
  remove(posting: Posting, slot: number): void;
}

export function createTermPostings(): TermPostings {
  const postings = new Map<string, Posting>();
  return {
    of: (stem) => postings.get(stem),
    add(stem, { slot, weight, isInId }) {
      const saturated = weight / (weight + SATURATION);
      const before = postings.get(stem);
      if (before === undefined) {
        // Written out: most terms are rare, and an array that grew keeps room for many more.
        const idSlots = isInId ? [slot] : undefined;
        const posting = { stem, slots: [slot], weights: [saturated], idSlots };
        postings.set(stem, posting);
        return posting;
      }
      before.slots.push(slot);
      before.weights.push(saturated);
      if (isInId && before.idSlots === undefined) before.idSlots = [slot];
      else if (isInId) before.idSlots?.push(slot);
      return before;
    },
    remove(posting, slot) {
      const { slots, weights, idSlots } = posting;
      const place = slots.indexOf(slot);
      takeAt(slots, place);
      takeAt(weights, place);
      if (idSlots !== undefined) takeAt(idSlots, idSlots.indexOf(slot));
      if (slots.length === 0) postings.delete(posting.stem);
    },
  };
}

/** Removes the value at a place by putting the last one there. */
function takeAt(values: number[], place: number): void {
  const last = values.length - 1;
  if (place < 0) return;
  values[place] = values[last] ?? 0;
  values.length = last;
}

/** BM25's rarity of a term that `count` of `documents` hold; never negative. */
export function rarityOf(count: number, documents: number): number {
  return Math.log(1 + (documents - count + 0.5) / (count + 0.5));
}

import type { Posting } from "./term-postings.ts";

/** A word as written somewhere, and the term it counts as. */
export interface IndexedWord {
  text: string;
  /** Unique among the words held at one time. */
  id: number;
  posting: Posting;
  /** How many documents hold it; 0 once it is gone. */
  documents: number;
}

/** The words of an index, counted, for finding one or all that a prefix begins. */
interface SortedWords {
  get(text: string): IndexedWord | undefined;
  /** Counts a word once more, and makes it when it is new. */
  add(text: string, posting: Posting): IndexedWord;
  /** Takes back one `add`. */
  remove(word: IndexedWord): void;
  /** The words that begin with it, in order, at most so many. */
  withPrefix(prefix: string, wordsMax: number): IndexedWord[];
}

/** So many new words are put in their places one by one; more are merged in one pass. */
const PLACED_ONE_BY_ONE_MAX = 16;
const GONE_SHARE_MAX = 0.25;

/** Sorting waits for the first search, so that a library of any size is taken in quickly. */
export function createSortedWords(): SortedWords {
  const known = new Map<string, IndexedWord>();
  let sorted: IndexedWord[] = [];
  let added: IndexedWord[] = [];
  let gone = 0;
  let ids = 0;

  function settle(): void {
    if (gone > GONE_SHARE_MAX * sorted.length) {
      sorted = sorted.filter(isHeld);
      gone = 0;
    }
    const fresh = added.filter(isHeld).sort((a, b) => (a.text < b.text ? -1 : 1));
    if (fresh.length > PLACED_ONE_BY_ONE_MAX) sorted = merge(sorted, fresh);
    else for (const word of fresh) sorted.splice(placeOf(sorted, word.text), 0, word);
    added = [];
  }

  return {
    get: (text) => known.get(text),
    add(text, posting) {
      const before = known.get(text);
      if (before !== undefined) {
        before.documents += 1;
        return before;
      }
      ids += 1;
      const word = { text, id: ids, posting, documents: 1 };
      known.set(text, word);
      added.push(word);
      return word;
    },
    remove(word) {
      word.documents -= 1;
      if (word.documents > 0) return;
      known.delete(word.text);
      gone += 1;
    },
    withPrefix(prefix, wordsMax) {
      settle();
      const found: IndexedWord[] = [];
      for (let index = placeOf(sorted, prefix); index < sorted.length; index += 1) {
        const word = sorted[index];
        if (word === undefined || !word.text.startsWith(prefix) || found.length >= wordsMax) break;
        if (isHeld(word)) found.push(word);
      }
      return found;
    },
  };
}

function isHeld(word: IndexedWord): boolean {
  return word.documents > 0;
}

function merge(left: readonly IndexedWord[], right: readonly IndexedWord[]): IndexedWord[] {
  const merged: IndexedWord[] = [];
  let at = 0;
  for (const word of right) {
    const place = placeOf(left, word.text);
    for (; at < place; at += 1) merged.push(left[at] ?? word);
    merged.push(word);
  }
  return merged.concat(left.slice(at));
}

/** Where the word is, or would be. */
function placeOf(sorted: readonly IndexedWord[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.text ?? "") < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A counted, sorted set of words with their stems, for finding what a prefix begins. */
export interface SortedWords {
  add(word: string, stem: string): void;
  /** Takes back one `add`. */
  remove(word: string): void;
  /** The words that begin with it, in order, at most so many. */
  withPrefix(prefix: string, wordsMax: number): [word: string, stem: string][];
}

export function createSortedWords(): SortedWords {
  const sorted: string[] = [];
  const known = new Map<string, { stem: string; count: number }>();

  /** Where the word is, or would be. */
  function placeOf(word: string): number {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] ?? "") < word) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  return {
    add(word, stem) {
      const entry = known.get(word);
      if (entry !== undefined) {
        entry.count += 1;
        return;
      }
      known.set(word, { stem, count: 1 });
      sorted.splice(placeOf(word), 0, word);
    },
    remove(word) {
      const entry = known.get(word);
      if (entry === undefined) return;
      entry.count -= 1;
      if (entry.count > 0) return;
      known.delete(word);
      sorted.splice(placeOf(word), 1);
    },
    withPrefix(prefix, wordsMax) {
      const found: [string, string][] = [];
      for (let index = placeOf(prefix); index < sorted.length; index += 1) {
        const word = sorted[index] ?? "";
        if (!word.startsWith(prefix) || found.length >= wordsMax) break;
        found.push([word, known.get(word)?.stem ?? word]);
      }
      return found;
    },
  };
}

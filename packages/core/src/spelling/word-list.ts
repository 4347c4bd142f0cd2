/** Words that do not change. */
export interface WordList {
  has(word: string): boolean;
  /** Whether some word begins so. */
  begins(prefix: string): boolean;
}

export function createWordList(words: Iterable<string>): WordList {
  const known = new Set(words);
  const sorted = [...known].sort();
  return {
    has: (word) => known.has(word),
    begins(prefix) {
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((sorted[middle] ?? "") < prefix) low = middle + 1;
        else high = middle;
      }
      return sorted[low]?.startsWith(prefix) === true;
    },
  };
}

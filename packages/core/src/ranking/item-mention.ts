import { stemWord } from "../text/index.ts";

/** How plainly a line names an item. */
export interface ItemMention {
  /** The id's words stand in the line, in order and together. */
  exact: boolean;
  /** The share of the id's words found in the line, 0 to 1; unfinished and misspelt ones count in part. */
  coverage: number;
}

interface MentionLine {
  /** From `splitIdentifier`. */
  words: readonly string[];
  /** The last word may still be growing. */
  lastOpen: boolean;
}

const TYPO_LENGTH_MIN = 5;
const TYPO_QUALITY = 0.8;
const STEM_QUALITY = 0.95;
const PREFIX_LENGTH_MIN = 2;

/** `idWords` are the words of a bare id, from `splitIdentifier`. */
export function mentionOf(idWords: readonly string[], line: MentionLine): ItemMention {
  if (idWords.length === 0) return { exact: false, coverage: 0 };
  let covered = 0;
  for (const word of idWords) covered += bestMatch(word, line);
  return { exact: standsTogether(idWords, line.words), coverage: covered / idWords.length };
}

function bestMatch(word: string, { words, lastOpen }: MentionLine): number {
  let best = 0;
  for (const [at, typed] of words.entries()) {
    best = Math.max(best, matchQuality(word, typed, lastOpen && at === words.length - 1));
    if (best === 1) break;
  }
  return best;
}

function matchQuality(word: string, typed: string, open: boolean): number {
  if (word === typed) return 1;
  if (open && typed.length >= PREFIX_LENGTH_MIN && word.startsWith(typed)) {
    return 0.4 + 0.5 * (typed.length / word.length);
  }
  if (word[0] !== typed[0]) return 0;
  if (stemWord(word) === stemWord(typed)) return STEM_QUALITY;
  return word.length >= TYPO_LENGTH_MIN && isOneTypoApart(word, typed) ? TYPO_QUALITY : 0;
}

function standsTogether(idWords: readonly string[], words: readonly string[]): boolean {
  for (let start = 0; start + idWords.length <= words.length; start += 1) {
    if (idWords.every((word, at) => words[start + at] === word)) return true;
  }
  return words.includes(idWords.join("")) && idWords.length > 1;
}

/** One letter more, less, other, or two neighbours swapped. */
export function isOneTypoApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const restA = a.slice(at);
  const restB = b.slice(at);
  if (restA.slice(1) === restB.slice(1)) return true;
  if (restA.slice(1) === restB || restB.slice(1) === restA) return true;
  return restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
}

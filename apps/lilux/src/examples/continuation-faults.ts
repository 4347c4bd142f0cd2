import { normalised } from "./score-checks.ts";

const REPEATED_WORDS = 4;

/** What is wrong with how `rest` goes on from `said`, as a person reads both; undefined: nothing. */
export function continuationFault(said: string, rest: string): string | undefined {
  const before = wordsOf(said);
  const after = wordsOf(rest);
  if (before.at(-1) === after[0] && before.length > 0)
    return `"${after[0]}" is said twice at the seam`;
  const gramsBefore = new Set(grams(before));
  const repeated = grams(after).find((gram) => gramsBefore.has(gram));
  if (repeated !== undefined) return `"${repeated}" is said again`;
  const isJoined = /\s$/.test(said) || /^[\s,.;:!?)\]}]/.test(rest);
  if (!isJoined && /\p{L}$/u.test(said) && /^\p{L}/u.test(rest) && /^\p{Lu}/u.test(rest)) {
    return "a new sentence begins within a word";
  }
  return undefined;
}

function wordsOf(text: string): string[] {
  return normalised(text)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

function grams(words: readonly string[]): string[] {
  return words
    .slice(REPEATED_WORDS - 1)
    .map((_, at) => words.slice(at, at + REPEATED_WORDS).join(" "));
}

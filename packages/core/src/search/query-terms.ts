import { GRAMMAR_WORDS, splitIdentifier, stemWord } from "../text/index.ts";

export interface QueryTerm {
  word: string;
  stem: string;
  /** How much the word says about what is looked for, 0 to 1. */
  importance: number;
  /** The word may still be growing: match what it begins. */
  isPrefix: boolean;
}

const QUERY_TERMS_MAX = 64;

/** Words that name the primitive or the kind of item: they rarely name the item itself. */
const COMMAND_WORDS = new Set(
  (
    "directive directives execute find item items knowledge list load look open run script " +
    "scripts search show start tool tools"
  ).split(" "),
);

/** The distinct terms of a text, in order. With `prefixLast` the last word may be unfinished. */
export function queryTerms(text: string, prefixLast: boolean): QueryTerm[] {
  const words = splitIdentifier(text).slice(0, QUERY_TERMS_MAX);
  const growing = prefixLast && /[\p{L}\p{N}]$/u.test(text);
  const terms = new Map<string, QueryTerm>();
  words.forEach((word, index) => {
    const isPrefix = growing && index === words.length - 1;
    const stem = stemWord(word);
    const before = terms.get(stem);
    if (before !== undefined) before.isPrefix ||= isPrefix;
    else terms.set(stem, { word, stem, importance: importanceOf(word), isPrefix });
  });
  return [...terms.values()];
}

function importanceOf(word: string): number {
  if (GRAMMAR_WORDS.has(word)) return 0.05;
  return COMMAND_WORDS.has(word) ? 0.25 : 1;
}

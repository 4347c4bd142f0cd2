import { boundLine, splitIdentifier, stemWord } from "@lilux/core/text";

const WORDS_MAX = 2_000;
const QUERY_WORDS_MAX = 32;
const WORD_CHARACTERS_MAX = 64;

/** Words as the index holds them: split, folded and stemmed, letters and digits only. */
function wordsOf(text: string): string[] {
  return splitIdentifier(text).map((word) => stemWord(word).slice(0, WORD_CHARACTERS_MAX));
}

/**
 * A tsvector, written out: Postgres's own parser splits by the database's
 * locale, ours is the same everywhere. A is the name, B tags and category, D
 * the description.
 */
export function searchVector(item: {
  name: string;
  itemId: string;
  category: string;
  tags: readonly string[];
  description: string;
}): string {
  const weighed: [string, "A" | "B" | "D"][] = [
    [`${item.itemId} ${item.name}`, "A"],
    [`${item.category} ${item.tags.join(" ")}`, "B"],
    [item.description, "D"],
  ];
  const entries = weighed.flatMap(([text, weight]) =>
    wordsOf(text).map((word) => ({ word, weight })),
  );
  return entries
    .slice(0, WORDS_MAX)
    .map(({ word, weight }, index) => `'${word}':${index + 1}${weight}`)
    .join(" ");
}

/** The distinct words of a query. */
export function queryWords(query: string): string[] {
  return [...new Set(wordsOf(boundLine(query)))].slice(0, QUERY_WORDS_MAX);
}

/** Any of the words; each may be unfinished. */
export function searchQuery(words: readonly string[]): string {
  return words.map((word) => `'${word}':*`).join(" | ");
}

/** Which of the query's words an item's text has. */
export function matchedWords(words: readonly string[], texts: readonly string[]): string[] {
  const present = texts.flatMap(wordsOf);
  return words.filter((word) => present.some((other) => other.startsWith(word)));
}

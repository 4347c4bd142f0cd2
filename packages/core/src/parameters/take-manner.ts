import { splitIdentifier, stemWord } from "../text/index.ts";
import type { LineValues } from "./line-values.ts";

/** How else than for real, or without what part of it, something is to be done. */
const MANNER =
  /\b(?:(?:as|in|for|with) an? )?(?:dry[ -]?run|(?:test|trial|practice|mock) run|no-?op|simulat(?:e|ed|ing|ion)|rehears(?:e|ed|ing|al)|previews?(?: only)?|pretend(?:ing)?)\b(?: (?:mode|only))?|\bwithout \p{L}+ing\b/giu;

interface OwnWords {
  idWords: readonly string[];
  knownWords: ReadonlySet<string>;
}

/**
 * What a line says of how to do it, and no input took: "as a dry run" of an item
 * that has none. The words are used up, so that no other input takes them for its
 * value, and come back to be told as unread. An item's own words are no manner of it.
 */
export function takeManner(line: LineValues, text: string, own: OwnWords): string[] {
  return [...text.matchAll(MANNER)].flatMap(({ index, 0: said }) => {
    const from = line.tokens.findIndex(({ end }) => end > index);
    const to = line.tokens.filter(({ start }) => start < index + said.length).length;
    const isTaken = line.taken.slice(from, to).includes(true);
    if (isTaken || isOwn(said, own)) return [];
    for (let at = from; at < to; at += 1) line.taken[at] = true;
    return [said];
  });
}

/** Of a manner's words those that an item may be about; without what it does is never one. */
const TELLING =
  /^(?:dry|test|trial|practice|mock|op|noop|simulat.*|rehears.*|preview.*|pretend.*)$/;

function isOwn(said: string, { idWords, knownWords }: OwnWords): boolean {
  const stems = splitIdentifier(said)
    .filter((word) => TELLING.test(word))
    .map(stemWord);
  const isAmong = (words: Iterable<string>): boolean =>
    [...words].some((word) => stems.includes(stemWord(word)));
  return stems.length > 0 && (isAmong(idWords) || isAmong(knownWords));
}

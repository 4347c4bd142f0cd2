import { basesOf } from "./bases-of.ts";
import { isSpellable } from "./word-book.ts";

/** Which words there are, and which of them a misspelt one is nearest to. */
interface Speller {
  /** It stands as it is: a word of the language, or of the library. */
  knows(word: string): boolean;
  /** Some word begins so. */
  begins(prefix: string): boolean;
  nearest(word: string): string | undefined;
}

const QUOTED = /"[^"]*"?|`[^`]*`?|“[^”]*”?|«[^»]*»?|(?<=^|\s)'[^']*'(?=\s|[.,;:!?]|$)/gu;
const WORD = /\S+/gu;
const WORD_IN_MARKS = /^([("'[]*)(\p{L}+)([)"'\],;:.!?…]*)$/u;

/**
 * A line as it was most likely meant, word for word: a word that nobody knows is read as the
 * nearest one of the library. For reading alone: what is shown and given on keeps the characters
 * that were typed. Left as they are: short words, what is quoted, what holds anything but letters
 * (values, ids), names, and a last word that may be the beginning of one.
 */
export function respell(text: string, speller: Speller): string {
  const quotes = [...text.matchAll(QUOTED)].map(({ index, 0: { length } }) => [
    index,
    index + length,
  ]);
  return text.replace(WORD, (part, at: number) => {
    const isQuoted = quotes.some(([from = 0, to = 0]) => at >= from && at < to);
    const [, opening = "", word = "", closing = ""] = WORD_IN_MARKS.exec(part) ?? [];
    // A capital inside a line begins a name.
    const isName = word !== word.toLowerCase() && !isCapitalisedFirst(word, at);
    const plain = word.toLowerCase();
    if (isQuoted || isName || !isSpellable(plain) || isWord(plain, speller)) return part;
    const meant = speller.nearest(plain);
    // "Login" beside "logins" is no slip.
    if (meant === undefined || basesOf(meant).includes(plain)) return part;
    const isOpen = closing === "" && at + part.length === text.length;
    return isOpen && speller.begins(plain) ? part : opening + meant + closing;
  });
}

/** Without their apostrophe; not found in lists of words, and near to other ones. */
const CONTRACTED =
  /^(?:(?:are|ca|could|did|does|do|had|has|have|is|must|should|was|were|wo|would)nt|(?:could|should|would)ve|lets|youre|theyre|weve|youve|theyve)$/;

function isWord(plain: string, { knows }: Speller): boolean {
  return knows(plain) || basesOf(plain).some(knows) || CONTRACTED.test(plain);
}

function isCapitalisedFirst(word: string, at: number): boolean {
  return at === 0 && word.slice(1) === word.slice(1).toLowerCase();
}

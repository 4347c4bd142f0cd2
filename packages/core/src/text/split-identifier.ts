import { foldText } from "./fold-text.ts";

const LOWER_THEN_UPPER = /(\p{Ll}|\p{N})(\p{Lu})/gu;
const ACRONYM_THEN_WORD = /(\p{Lu}+)(\p{Lu}\p{Ll})/gu;
/** Scripts written without spaces are indexed by character. */
const UNSPACED = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/gu;
const NOT_WORD = /[^\p{L}\p{N}\p{M}]+/u;
const PLAIN = /^[\x20-\x7e\s]*$/;
const PLAIN_NOT_WORD = /[^a-z0-9]+/;

/**
 * The words of an identifier or of prose, folded, in order:
 * `email_enricher`, `email-enricher`, `emailEnricher` and `EmailEnricher` all
 * give `email`, `enricher`; `HTTPServer` gives `http`, `server`. Digits stay
 * with the letters before them (`base64`).
 */
export function splitIdentifier(text: string): string[] {
  return PLAIN.test(text) ? splitPlain(text) : splitAny(text);
}

/** The same for plain ASCII, which nearly everything is: without asking Unicode about each letter. */
function splitPlain(text: string): string[] {
  const spaced = /[A-Z]/.test(text)
    ? text.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    : text;
  return spaced
    .toLowerCase()
    .split(PLAIN_NOT_WORD)
    .filter((word) => word !== "");
}

function splitAny(text: string): string[] {
  return text
    .replace(LOWER_THEN_UPPER, "$1 $2")
    .replace(ACRONYM_THEN_WORD, "$1 $2")
    .replace(UNSPACED, " $1 ")
    .split(NOT_WORD)
    .filter((word) => word !== "")
    .map(foldText);
}

import { foldText } from "./fold-text.ts";

const LOWER_THEN_UPPER = /(\p{Ll}|\p{N})(\p{Lu})/gu;
const ACRONYM_THEN_WORD = /(\p{Lu}+)(\p{Lu}\p{Ll})/gu;
/** Scripts written without spaces are indexed by character. */
const UNSPACED = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}])/gu;
const NOT_WORD = /[^\p{L}\p{N}\p{M}]+/u;

/**
 * The words of an identifier or of prose, folded, in order:
 * `email_enricher`, `email-enricher`, `emailEnricher` and `EmailEnricher` all
 * give `email`, `enricher`; `HTTPServer` gives `http`, `server`. Digits stay
 * with the letters before them (`base64`).
 */
export function splitIdentifier(text: string): string[] {
  return text
    .replace(LOWER_THEN_UPPER, "$1 $2")
    .replace(ACRONYM_THEN_WORD, "$1 $2")
    .replace(UNSPACED, " $1 ")
    .split(NOT_WORD)
    .filter((word) => word !== "")
    .map(foldText);
}

import { splitIdentifier } from "../text/index.ts";

const LANGUAGES = new Intl.DisplayNames("en", { type: "language", fallback: "none" });
const CURRENCIES = new Intl.DisplayNames("en", { type: "currency", fallback: "none" });
const REMEMBERED_MAX = 2_000;
const remembered = new Map<string, readonly string[]>();

/** The English words for a code of a language or a currency: `fr` is French, `CHF` Swiss Franc. Empty for no such code. */
export function wordsOfCode(code: string): readonly string[] {
  const known = remembered.get(code);
  if (known !== undefined) return known;
  const words = splitIdentifier(nameOf(code) ?? "");
  if (remembered.size < REMEMBERED_MAX) remembered.set(code, words);
  return words;
}

function nameOf(code: string): string | undefined {
  if (/^[a-z]{2}$/.test(code)) return LANGUAGES.of(code);
  return /^[A-Z]{3}$/.test(code) ? CURRENCIES.of(code) : undefined;
}

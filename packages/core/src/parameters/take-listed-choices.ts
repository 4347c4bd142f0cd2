import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import { choicesOf } from "./choices-of.ts";
import { give, isOpen, type LineValues, placesOf, refuse, tokensOfWords } from "./line-values.ts";
import { wordsOfCode } from "./name-of-code.ts";
import { valueKindOf } from "./value-kind.ts";

const SHORTENED_MIN = 4;
const ARTICLES = new Set(["the", "a", "an", "my", "our"]);

interface FoundChoice {
  choice: string;
  from: number[];
}

/**
 * An input with a fixed set of values takes the one that stands in the line, if it is just one. Of two it takes
 * none, and both are told: nobody runs for the first of them.
 */
export function takeListedChoices(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const spec of inputs) {
    if (!isOpen(line, spec)) continue;
    const choices = choicesOf(spec);
    if (choices.length === 0) continue;
    const exact = withoutContained(choices.flatMap((choice) => exactly(line, choice)));
    const [only, second] = exact;
    if (only !== undefined && second === undefined) {
      give(line, spec, { value: only.choice, origin: "typed", by: "choice", from: only.from });
    } else if (second !== undefined) {
      for (const { from } of exact) refuse(line, from);
    } else takeSimilarChoice(line, spec, choices);
  }
}

function exactly(line: LineValues, choice: string): FoundChoice[] {
  const words = splitIdentifier(choice);
  for (const start of placesOf(line, words)) {
    const from = tokensOfWords(line, start, words.length);
    // "pdf" is no choice in "report.pdf".
    if (!from.some((at) => isPartOfPlace(line, at, words))) return [{ choice, from }];
  }
  return [];
}

function isPartOfPlace(line: LineValues, at: number, words: readonly string[]): boolean {
  const text = line.tokens[at]?.text ?? "";
  const kind = valueKindOf(text);
  const isPlace = kind === "path" || kind === "url" || kind === "email" || kind === "identifier";
  return isPlace && splitIdentifier(text).length > words.length;
}

/** "high" where "very high" stands is the longer one's. */
function withoutContained(found: readonly FoundChoice[]): FoundChoice[] {
  return found.filter(
    ({ from }) =>
      !found.some(
        (other) => other.from.length > from.length && from.every((at) => other.from.includes(at)),
      ),
  );
}

/** "prod" for production, "errors" for error, "to the user" for to_user, "French" for fr: the one choice it can be. */
function takeSimilarChoice(line: LineValues, spec: InputSpec, choices: readonly string[]): void {
  const words = line.words.filter(
    ({ word, token }) =>
      line.taken[token] === false && !ARTICLES.has(word) && !isPartOfPlace(line, token, [word]),
  );
  const found = choices.flatMap((choice): FoundChoice[] => {
    const wanted = splitIdentifier(choice);
    const at = words.findIndex((_, start) =>
      wanted.every((word, step) => isSimilar(words[start + step]?.word, word)),
    );
    if (at === -1 || wanted.length === 0) return byNameOfCode(words, choice);
    return [{ choice, from: words.slice(at, at + wanted.length).map(({ token }) => token) }];
  });
  const [only, second] = found;
  if (only !== undefined && second === undefined) {
    const { choice: value, from } = only;
    give(line, spec, { value, origin: "inferred", by: "choice_alike", from });
  } else for (const { from } of found) refuse(line, from);
}

/** Every word of its name, or its last one: "swiss francs" and "francs" for CHF. */
function byNameOfCode(words: LineValues["words"], code: string): FoundChoice[] {
  const name = wordsOfCode(code).map(stemWord);
  const last = name.at(-1);
  const at = words.findIndex(({ word }) => stemWord(word) === last);
  if (last === undefined || at === -1) return [];
  const isWhole = name.length > 1 && stemWord(words[at - 1]?.word ?? "") === name.at(-2);
  const places = isWhole ? words.slice(at - 1, at + 1) : words.slice(at, at + 1);
  return [{ choice: code, from: [...new Set(places.map(({ token }) => token))] }];
}

function isSimilar(said: string | undefined, word: string): boolean {
  if (said === undefined) return false;
  const isShort = said.length >= SHORTENED_MIN && word.startsWith(said);
  return said === word || isShort || stemWord(said) === stemWord(word);
}

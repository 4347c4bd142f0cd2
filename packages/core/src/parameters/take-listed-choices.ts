import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import { give, isOpen, type LineValues, placesOf, tokensOfWords } from "./line-values.ts";

const CHOICES_MAX = 50;
const SHORTENED_MIN = 4;
const ARTICLES = new Set(["the", "a", "an", "my", "our"]);
/** A description that is nothing but the choices: "users, developers or operators." */
const LIST_OF_CHOICES = /^[\p{L}\p{N}_-]+(?:, [\p{L}\p{N}_-]+)*,? or [\p{L}\p{N}_-]+\.?$/u;

/** An input with a fixed set of values takes the one that stands in the line, if it is just one. */
export function takeListedChoices(line: LineValues, inputs: readonly InputSpec[]): void {
  for (const spec of inputs) {
    if (!isOpen(line, spec)) continue;
    const found = choicesOf(spec).flatMap((choice) => {
      const words = splitIdentifier(choice);
      const [start] = placesOf(line, words);
      return start === undefined
        ? []
        : [{ choice, from: tokensOfWords(line, start, words.length) }];
    });
    const [only] = found;
    if (found.length > 1) continue;
    if (only !== undefined)
      give(line, spec, { value: only.choice, origin: "typed", from: only.from });
    else takeSimilarChoice(line, spec);
  }
}

/** "prod" for production, "errors" for error, "to the user" for to_user: the one choice it can be. */
function takeSimilarChoice(line: LineValues, spec: InputSpec): void {
  const words = line.words.filter(
    ({ word, token }) => line.taken[token] === false && !ARTICLES.has(word),
  );
  const found = choicesOf(spec).flatMap((choice) => {
    const wanted = splitIdentifier(choice);
    const at = words.findIndex((_, start) =>
      wanted.every((word, step) => isSimilar(words[start + step]?.word, word)),
    );
    const from = words.slice(at, at + wanted.length).map(({ token }) => token);
    return at === -1 || wanted.length === 0 ? [] : [{ choice, from }];
  });
  const [only] = found;
  if (only === undefined || found.length > 1) return;
  give(line, spec, { value: only.choice, origin: "inferred", from: only.from });
}

function isSimilar(said: string | undefined, word: string): boolean {
  if (said === undefined) return false;
  const isShort = said.length >= SHORTENED_MIN && word.startsWith(said);
  return said === word || isShort || stemWord(said) === stemWord(word);
}

/** From the input's schema, or where its description is just such a list. */
function choicesOf({ type, schema, description = "" }: InputSpec): string[] {
  const listed = schema?.["enum"];
  if (Array.isArray(listed)) {
    return listed.filter((value) => typeof value === "string").slice(0, CHOICES_MAX);
  }
  const [sentence = ""] = description.split(/\.(?:\s|$)/u);
  const list = sentence.slice(sentence.lastIndexOf(":") + 1).trim();
  if (type !== "string" || !LIST_OF_CHOICES.test(list)) return [];
  return list.split(/,? or |, /u).slice(0, CHOICES_MAX);
}

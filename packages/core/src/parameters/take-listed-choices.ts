import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { give, isOpen, type LineValues, placesOf, tokensOfWords } from "./line-values.ts";

const CHOICES_MAX = 50;
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
    if (only === undefined || found.length > 1) continue;
    give(line, spec, { value: only.choice, origin: "typed", from: only.from });
  }
}

/** From the input's schema, or where its description is just such a list. */
function choicesOf({ type, schema, description = "" }: InputSpec): string[] {
  const listed = schema?.["enum"];
  if (Array.isArray(listed)) {
    return listed.filter((value) => typeof value === "string").slice(0, CHOICES_MAX);
  }
  if (type !== "string" || !LIST_OF_CHOICES.test(description)) return [];
  return description
    .replace(/\.$/u, "")
    .split(/,? or |, /u)
    .slice(0, CHOICES_MAX);
}

import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { choicesOf } from "./choices-of.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { valueKindOf } from "./value-kind.ts";

/** The choice some words mean, where one is clearly nearer than all others; undefined else. */
export type NearestChoice = (phrase: string, choices: readonly string[]) => string | undefined;

const CHOICES_MAX = 12;
const PHRASES_MAX = 3;

interface Phrase {
  text: string;
  from: number[];
}

/**
 * "the european one" for eu-west-1: ordinary words that nothing else took, for the one input of listed choices
 * that they mean. Names and quoted texts are left alone, and words that two inputs could take are neither's.
 */
export function takeChoicesByMeaning(
  line: LineValues,
  inputs: readonly InputSpec[],
  nearest: NearestChoice,
): void {
  const open = inputs.filter((spec) => isOpen(line, spec) && isAsked(choicesOf(spec)));
  if (open.length === 0) return;
  for (const { text, from } of phrasesOf(line).slice(0, PHRASES_MAX)) {
    const found = open.flatMap((spec) => {
      const value = isOpen(line, spec) ? nearest(text, choicesOf(spec)) : undefined;
      return value === undefined ? [] : [{ spec, value }];
    });
    const [only, ...more] = found;
    if (only === undefined || more.length > 0) continue;
    const { spec, value } = only;
    give(line, spec, { value, origin: "inferred", by: "choice_by_meaning", from });
  }
}

function isAsked(choices: readonly string[]): boolean {
  return choices.length > 1 && choices.length <= CHOICES_MAX;
}

/** Words beside each other that say something, with a small letter; the first of a line is what is to be done. */
function phrasesOf(line: LineValues): Phrase[] {
  const phrases: Phrase[] = [];
  let phrase: Phrase | undefined;
  for (const [at, { kind, text, isClosed }] of line.tokens.entries()) {
    const isPart = at > 0 && kind === "word" && line.taken[at] === false && says(line, text);
    if (!isPart) {
      phrase = undefined;
      continue;
    }
    if (phrase === undefined) {
      phrase = { text, from: [at] };
      phrases.push(phrase);
    } else {
      phrase.text = `${phrase.text} ${text}`;
      phrase.from.push(at);
    }
    if (isClosed) phrase = undefined;
  }
  return phrases;
}

function says({ own }: LineValues, text: string): boolean {
  if (!/^\p{Ll}/u.test(text) || STOP_WORDS.has(text) || valueKindOf(text) !== undefined)
    return false;
  return splitIdentifier(text).some((word) => !own.has(stemWord(word)));
}

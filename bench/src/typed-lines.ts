import { OBJECTS, PLACES, VERBS } from "./library/vocabulary.ts";

/** How people would type at the library; the router is not judged on them here. */
const FORMS = [
  "find {object} scripts for the {place}",
  "search for anything about {place} {object}",
  "show me how to {verb} {object}",
  "run {verb}_{place}_{object}",
  "{verb} the {object} of the {place}",
  "what do we have for {object}",
  "load the {place} {object} guide",
  "look up {object} in the {place}",
  "thanks, the {object} look good",
  "how do {object} get to the {place}",
] as const;

export interface TypedPrefix {
  text: string;
  /** It is the first keystroke of a new line. */
  first: boolean;
}

/**
 * The endless keystrokes of one typist: every prefix of one line after the other.
 * Lines hardly repeat, within a typist or between two, but their first characters do,
 * as everybody's, and such repeats the router may answer from its memo.
 */
export function* typeLines(firstLine: number): Generator<TypedPrefix, never> {
  for (let line = firstLine; ; line += 1) {
    const text = lineOf(line);
    for (let end = 1; end <= text.length; end += 1)
      yield { text: text.slice(0, end), first: end === 1 };
  }
}

/**
 * The same, behind a word that only this line has and that is there from its first
 * keystroke: no text is ever sent twice, so that every one goes through the model.
 */
export function* typeNewLines(firstLine: number): Generator<TypedPrefix, never> {
  let line = firstLine - 1;
  for (const { text, first } of typeLines(firstLine)) {
    if (first) line += 1;
    yield { text: `${line.toString(36)}q ${text}`, first };
  }
  throw new Error("lines never end");
}

function lineOf(line: number): string {
  // Steps without a common factor with the lists, so that neighbours differ in every place.
  const pick = (list: readonly string[], step: number): string =>
    list[(line * step) % list.length] ?? "";
  const verbs = VERBS.map(([verb]) => verb);
  return pick(FORMS, 7)
    .replace("{object}", pick(OBJECTS, 13))
    .replace("{place}", pick(PLACES, 17))
    .replace("{verb}", pick(verbs, 3));
}

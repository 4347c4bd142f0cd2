import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import { freeWord, give, isOpen, type LineValues } from "./line-values.ts";

const ORDINALS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth".split(
  " ",
);

/** The number that an ordinal means; undefined for any other word. */
export function numberOfOrdinal(word: string): number | undefined {
  const at = ORDINALS.indexOf(word);
  if (at > 0) return at;
  const digits = /^(\d{1,3})(?:st|nd|rd|th)$/.exec(word)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** "the second oven" for `oven`, "a third reminder" where the input says "First, second or third". */
export function takeOrdinals(line: LineValues, inputs: readonly InputSpec[]): void {
  for (let at = 0; at < line.tokens.length; at += 1) {
    const word = freeWord(line, at) ?? "";
    const number = numberOfOrdinal(word);
    if (number === undefined) continue;
    const next = stemWord(freeWord(line, at + 1) ?? "");
    const open = inputs.filter((spec) => spec.type === "integer" && isOpen(line, spec));
    const byName = open.filter(({ name }) => splitIdentifier(name).map(stemWord).includes(next));
    const byWord = open.filter(({ description = "" }) =>
      splitIdentifier(description).includes(word),
    );
    const [spec, ...more] = byName.length > 0 ? byName : byWord;
    if (spec === undefined || more.length > 0) continue;
    const from = byName.length > 0 ? [at, at + 1] : [at];
    give(line, spec, { value: number, origin: "inferred", by: "ordinal", from });
  }
}

import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import type { LineValues } from "./line-values.ts";

/** Of asking, and of libraries: they say nothing that an input could have taken. */
const SAYS_NOTHING = new Set(
  (
    "run execute start launch perform invoke call use do make create generate give show tell display print list get fetch " +
    "find look check work calculate compute figure draw write produce prepare help kindly quickly quick " +
    "script scripts directive directives tool tools item last latest newest next new old " +
    "id name named called value values number amount kind type day days time times " +
    "much many long far thanks hi current all"
  ).split(" "),
);

/**
 * How many words of a line say something that no input took and that the item is not about: "in swiss francs",
 * "at the harbour". Each may be a value in words nobody listed.
 */
export function leftoverOf({ tokens, taken, own }: LineValues): number {
  let count = 0;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (taken[at] === true || kind !== "word") continue;
    const tells = splitIdentifier(text).some(
      (word) => !STOP_WORDS.has(word) && !SAYS_NOTHING.has(word) && !own.has(stemWord(word)),
    );
    if (tells) count += 1;
  }
  return count;
}

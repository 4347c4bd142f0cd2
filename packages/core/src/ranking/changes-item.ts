import { splitIdentifier } from "../text/index.ts";

/** What leaves a thing there, whatever becomes of it. */
const CHANGES = new Set(
  (
    "rename retitle edit change modify adjust amend alter update revise rewrite reword rephrase fix correct repair improve tweak " +
    "adapt extend expand lengthen shorten simplify tidy replace swap exchange substitute add insert append prepend attach " +
    "raise lower increase decrease bump reduce restrict widen translate format reformat document describe refine polish " +
    "clarify reorder sort capitalise capitalize mention"
  ).split(" "),
);
/** The same, but for what they may do away with: "put it in the bin". */
const MOVES = new Set("make put set turn switch mark move".split(" "));
const AWAY =
  /^(?:trash|bin|away|gone|disappear|vanish|delete[ds]?|remove[ds]?|erase[ds]?|deletion|removal|rubbish|go)$/;
/** May stand before what a line asks for. */
const LEAD_IN = new Set(
  (
    "please pls can could would will you we i id d ll lets let s me us want to wanna need should must have like now then and so " +
    "also just ok okay hey hi go ahead might quickly kindly"
  ).split(" "),
);

/** Whether a line's verb changes something, so that what it is done to stays. */
export function changesItem(text: string, callId: string): boolean {
  const words = splitIdentifier(text);
  const name = new Set(splitIdentifier(callId));
  const at = words.findIndex((word) => !LEAD_IN.has(word));
  const verb = words[at] ?? "";
  if (CHANGES.has(verb)) return true;
  return MOVES.has(verb) && !words.some((word) => AWAY.test(word) && !name.has(word));
}

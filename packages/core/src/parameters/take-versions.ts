import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { oncePerInput } from "./once-per-input.ts";

const NAMED = /^(?:version|release|edition|revision|semver)$/;
const SAYS_VERSION = /^(?:version|release|edition|revision|ver|v)$/i;
const DAY = /\d{1,2}\.\d{1,2}\.\d{4}$/;
const VERSION = /^(?:v\d+(?:\.\d+)*|\d+\.\d+\.\d+)(?:[-+][\w.+-]+)?$/i;
/** Behind the word for it any number is one. */
const NUMBER = /^v?\d[\w.+-]*$/i;

/** "v2.3", "2.3.0-beta", "release 4.10": text for the one input that is for it, with every digit it has. */
export function takeVersions(line: LineValues, inputs: readonly InputSpec[]): void {
  const [spec, ...others] = inputs.filter((each) => isOpen(line, each) && takesVersion(each));
  if (spec === undefined || others.length > 0) return;
  const found = line.tokens.flatMap(({ kind, text, said, name }, at) => {
    if (kind !== "word" || name !== undefined || line.taken[at] === true) return [];
    const typed = said === undefined ? text : "";
    const isSaid = SAYS_VERSION.test(line.tokens[at - 1]?.text ?? "");
    const isVersion = VERSION.test(typed) && !DAY.test(typed);
    return isVersion || (isSaid && NUMBER.test(typed)) ? [{ at, typed, isSaid }] : [];
  });
  const [only, ...more] = found;
  if (only === undefined || more.length > 0) return;
  const { at, typed, isSaid } = only;
  const value = hasLetter(spec) ? typed : typed.replace(/^v(?=\d)/iu, "");
  give(line, spec, { value, origin: "inferred", by: isSaid ? "role" : "form", from: [at] });
}

const takesVersion = oncePerInput(({ type, name, description = "", schema }) => {
  if (type !== "string" || Array.isArray(schema?.["enum"])) return false;
  const words = [...splitIdentifier(name), ...splitIdentifier(description).slice(0, 2)];
  return words.some((word) => NAMED.test(word));
});

/** An example without the letter, "such as 4.2.0", shows that the input wants none. */
function hasLetter({ description = "" }: InputSpec): boolean {
  return /\bv\d/iu.test(description) || !/(?<![\w.])\d+\.\d+/u.test(description);
}

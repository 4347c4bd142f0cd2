import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { freeWord, give, isOpen, type LineValues } from "./line-values.ts";
import { oncePerInput } from "./once-per-input.ts";
import { isNumeric } from "./take-amounts.ts";
import { unitOfWord } from "./units.ts";
import { valueAs } from "./value-as.ts";
import { valueKindOf } from "./value-kind.ts";

const NAMED = /^(?:count|limit|top|n|max|maximum|how|many|first|results|rows)$/;
const DESCRIBED =
  /\b(?:how many|number of|at most)\b.*\b(?:listed|list|shown|show|returned|return|results|rows|entries|printed)\b/iu;
const BEFORE = /^(?:top|first|last|best|worst|latest|newest)$/;
/** What things are chosen by: "the three best", "two slowest". */
const BY_RANK = /^(?:most|least|best|worst|top|latest|last|first|\p{L}{3,}est)$/u;
const PASSED_OVER = /^(?:of|the|our|my|their)$/;

/** "top five", "the three best", "a dozen of the newest": how many are listed, for the one input for that. */
export function takeCounts(line: LineValues, inputs: readonly InputSpec[]): void {
  const [spec, ...more] = inputs.filter((each) => isOpen(line, each) && takesCount(each));
  if (spec === undefined || more.length > 0) return;
  for (let at = 0; at < line.tokens.length; at += 1) {
    const word = freeWord(line, at) ?? "";
    if (valueKindOf(word) !== "number" || !isRanked(line, at)) continue;
    const value = valueAs(spec, word);
    if (value === undefined) continue;
    give(line, spec, { value, origin: "inferred", by: "ordinal", from: [at] });
    return;
  }
}

const takesCount = oncePerInput((spec) => {
  if (!isNumeric(spec)) return false;
  const words = splitIdentifier(spec.name);
  return words.every((word) => NAMED.test(word)) || DESCRIBED.test(spec.description ?? "");
});

function isRanked(line: LineValues, at: number): boolean {
  let next = at + 1;
  while (PASSED_OVER.test(freeWord(line, next) ?? "")) next += 1;
  const follows = wordAt(line, next);
  // "The last 5 days" are a time.
  if (unitOfWord(wordAt(line, at + 1)) !== undefined) return false;
  return BEFORE.test(wordAt(line, at - 1)) || BY_RANK.test(follows);
}

/** Taken or not: "best" may be a word of the item's name. */
function wordAt({ tokens }: LineValues, at: number): string {
  const token = tokens[at];
  return token?.kind === "word" ? token.text.toLowerCase() : "";
}

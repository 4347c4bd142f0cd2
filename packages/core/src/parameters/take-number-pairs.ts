import type { InputSpec } from "@lilux/protocol";
import { freeWord, give, isOpen, type LineValues, refuse } from "./line-values.ts";
import { isNumeric } from "./take-amounts.ts";
import { unitOfWord } from "./units.ts";
import { valueAs } from "./value-as.ts";
import { valueKindOf } from "./value-kind.ts";
import { joinOf, onlyOfRole } from "./value-roles.ts";

const JOINED = /^(\d+(?:\.\d+)?)(?:-|–|\.\.)(\d+(?:\.\d+)?)$/u;
const CHANGE = /\b(?:negative|correction|change|delta|adjustment|difference|increase|decrease)\b/iu;
const RELATIVE = new Set(["by", "twice", "double", "triple", "times"]);

/**
 * Two numbers that are one thing said: "pages 5-8", "between 4 and 8", "5 or 6", "16 by 24". They go to the one
 * pair of inputs for a beginning and an end, or to nobody: a single input takes neither of both.
 */
export function takeNumberPairs(line: LineValues, inputs: readonly InputSpec[]): void {
  for (let at = 0; at < line.tokens.length; at += 1) {
    const word = freeWord(line, at);
    if (word === undefined) continue;
    const joined = JOINED.exec(word);
    if (joined?.[1] !== undefined && joined[2] !== undefined) {
      giveSpan(line, inputs, { texts: [joined[1], joined[2]], from: [at] });
      continue;
    }
    const second = isNumber(word) ? nextNumber(line, at) : undefined;
    const join =
      second === undefined
        ? undefined
        : (joinOf(line, { first: at, second }) ?? spanBeforeUnit(line, inputs, [at, second]));
    if (second === undefined || join === undefined) continue;
    const from = Array.from({ length: second - at + 1 }, (_, step) => at + step);
    const texts = [word, freeWord(line, second) ?? ""] as const;
    const isGiven = join === "span" && giveSpan(line, inputs, { texts, from });
    if (!isGiven) refuse(line, withUnit(line, from));
  }
  refuseRelative(line, inputs);
}

/** "40 to 50 percent" is two ends; "from 40 to 50 percent" may be what it was and what it is to be. */
function spanBeforeUnit(
  line: LineValues,
  inputs: readonly InputSpec[],
  [first, second]: readonly [number, number],
): "span" | undefined {
  // "Oven 2 to 230 degrees" is two values of two inputs.
  const open = inputs.filter((spec) => isOpen(line, spec) && isNumeric(spec));
  if (open.length !== 1) return undefined;
  const isLinked = second === first + 2 && /^(?:to|-|–)$/.test(freeWord(line, first + 1) ?? "");
  const isOpened = /^(?:from|by|of)$/.test(freeWord(line, first - 1) ?? "");
  const unit = freeWord(line, second + 1) ?? "";
  return isLinked && !isOpened && unitOfWord(unit) !== undefined ? "span" : undefined;
}

function isNumber(word: string): boolean {
  return valueKindOf(word) === "number";
}

function nextNumber(line: LineValues, at: number): number | undefined {
  for (let next = at + 2; next <= at + 3; next += 1) {
    if (isNumber(freeWord(line, next) ?? "")) return next;
  }
  return undefined;
}

function giveSpan(
  line: LineValues,
  inputs: readonly InputSpec[],
  { texts, from }: { texts: readonly [string, string]; from: readonly number[] },
): boolean {
  const open = inputs.filter((spec) => isOpen(line, spec) && isNumeric(spec));
  const [start, end] = [onlyOfRole(open, "start"), onlyOfRole(open, "end")];
  if (start === undefined || end === undefined) return false;
  const values = [valueAs(start, texts[0]), valueAs(end, texts[1])];
  if (values.includes(undefined)) return false;
  give(line, start, { value: values[0], origin: "inferred", by: "role", from });
  give(line, end, { value: values[1], origin: "inferred", by: "role", from });
  return true;
}

function withUnit(line: LineValues, from: readonly number[]): number[] {
  const next = (from.at(-1) ?? 0) + 1;
  return unitOfWord(freeWord(line, next) ?? "") === undefined ? [...from] : [...from, next];
}

/** "by minus 200" is the value of an input for a change of something. */
function isOfChange(line: LineValues, inputs: readonly InputSpec[]): boolean {
  return inputs.some(
    (spec) =>
      isNumeric(spec) &&
      isOpen(line, spec) &&
      CHANGE.test(`${spec.name.replaceAll("_", " ")} ${spec.description ?? ""}`),
  );
}

/** "by 5 percent", "by 2 replicas", "twice as many": how much more or less, and not how much. */
function refuseRelative(line: LineValues, inputs: readonly InputSpec[]): void {
  const names = new Set(inputs.map(({ name }) => name));
  for (let at = 0; at < line.tokens.length; at += 1) {
    const word = freeWord(line, at) ?? "";
    if (!RELATIVE.has(word) || names.has(word)) continue;
    const next = freeWord(line, at + 1) ?? "";
    if (
      word === "by" &&
      !isOfChange(line, inputs) &&
      (isNumber(next) || valueKindOf(next) === "quantity")
    ) {
      refuse(line, withUnit(line, [at, at + 1]));
    } else if (/^(?:twice|double|triple)$/.test(word)) refuse(line, [at]);
  }
}

import type { InputSpec } from "@lilux/protocol";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { oncePerInput } from "./once-per-input.ts";
import { amountAt } from "./take-amounts.ts";
import { convertedAmount, isTimeUnit, unitOfWord } from "./units.ts";

/** "Such as 30s", "as 8m or 1h30m": an input for a time as text shows how it wants it. */
const SHOWN = /(?<![\w.])\d+(?:ms|s|m|min|h|d|w)(?![\w-])/u;
/** From the largest, with what it is written as. */
const UNITS = ["w", "d", "h", "m", "s", "ms"] as const;

/** "8 minutes" as "8m" and "an hour and a half" as "90m", for the one input that takes times so. */
export function takeDurations(line: LineValues, inputs: readonly InputSpec[]): void {
  const [spec, ...more] = inputs.filter((each) => showsDuration(each) && isOpen(line, each));
  if (spec === undefined || more.length > 0) return;
  for (let at = 0; at < line.tokens.length; at += 1) {
    const amount = amountAt(line, at);
    if (amount === undefined || !isTimeUnit(amount.unit)) continue;
    const value = inWholeUnits(amount.text, amount.unit, spec.description ?? "");
    if (value === undefined) continue;
    give(line, spec, { value, origin: "inferred", by: "form", from: amount.from });
    return;
  }
}

const showsDuration = oncePerInput(
  ({ type, description = "" }) => type === "string" && SHOWN.test(description),
);

/** In the unit that was said if it is whole there, else in the largest smaller one. */
function inWholeUnits(text: string, unit: string, description: string): string | undefined {
  const size = unitOfWord(unit)?.size ?? 0;
  const minute = /\d+min(?![\w-])/u.test(description) ? "min" : "m";
  for (const to of UNITS) {
    if ((unitOfWord(to)?.size ?? 0) > size) continue;
    const amount = convertedAmount(Number(text), { from: unit, to });
    if (amount !== undefined && Number.isInteger(amount))
      return `${amount}${to === "m" ? minute : to}`;
  }
  return undefined;
}

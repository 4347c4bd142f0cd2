import type { InputSpec } from "@lilux/protocol";
import { amountInWord } from "./amount-in-word.ts";
import { isOpen, type LineValues, refuse } from "./line-values.ts";
import { isAmountInText, isNumeric } from "./take-amounts.ts";
import { isOfTwoReadings } from "./written-number.ts";

/**
 * "1.250 euros" is no input's value: whether the dot groups thousands or begins a fraction only who typed it knows.
 * Where nothing takes numbers it is a text like another, and a share of a hundred has no thousands.
 */
export function refuseTwoReadings(line: LineValues, inputs: readonly InputSpec[]): void {
  if (!inputs.some((spec) => isOpen(line, spec) && (isNumeric(spec) || isAmountInText(spec))))
    return;
  for (const [at, { kind, text }] of line.tokens.entries()) {
    if (kind !== "word" || line.taken[at] === true || !text.includes(".")) continue;
    const next = line.tokens[at + 1]?.text.toLowerCase();
    const amount = amountInWord(text.toLowerCase(), next);
    const isShare = next === "%" || next === "percent" || amount?.unit === "%";
    if (!isShare && isOfTwoReadings(amount?.text ?? text)) refuse(line, [at]);
  }
}

import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { amountAt, isNumeric } from "./take-amounts.ts";
import { unitOfWord } from "./units.ts";
import { valueAs } from "./value-as.ts";
import { onlyOfRole } from "./value-roles.ts";

/** "12.5 mg to ug": a measurement's number and its unit, where an item takes each by itself. */
export function takeMeasured(line: LineValues, inputs: readonly InputSpec[]): void {
  const open = inputs.filter((spec) => isOpen(line, spec));
  const units = open.filter(
    ({ type, name }) => type === "string" && splitIdentifier(name).includes("unit"),
  );
  const numbers = open.filter(isNumeric);
  const [number] = numbers;
  const unit = units.length === 1 ? units[0] : onlyOfRole(units, "start");
  if (number === undefined || numbers.length > 1 || unit === undefined) return;
  for (let at = 0; at < line.tokens.length; at += 1) {
    const amount = amountAt(line, at);
    if (amount === undefined || unitOfWord(amount.unit) === undefined) continue;
    const value = valueAs(number, amount.text);
    if (value === undefined) return;
    give(line, number, { value, origin: "inferred", by: "number", from: amount.from });
    give(line, unit, { value: amount.unit, origin: "inferred", by: "role", from: amount.from });
    return;
  }
}

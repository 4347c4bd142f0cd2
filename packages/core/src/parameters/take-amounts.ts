import type { InputSpec } from "@lilux/protocol";
import { STOP_WORDS, splitIdentifier, stemWord } from "../text/index.ts";
import { amountInWord } from "./amount-in-word.ts";
import { freeWord, give, isOpen, type LineValues } from "./line-values.ts";
import { numberOfWord } from "./number-words.ts";
import { convertedAmount, isCurrency, isTimeUnit, unitOfWord } from "./units.ts";
import { valueAs } from "./value-as.ts";
import { valueKindOf } from "./value-kind.ts";
import { plainNumber } from "./written-number.ts";

const PLAIN_NUMBER = /^[+-]?(?:\d|\.\d)/u;
const MONEY =
  /^(?:amount|price|fee|cost|costs|total|sum|budget|deposit|rent|salary|wage|paid|rate|payment|charge|fine|donation|income|balance|value)$/;
/** Hours of the clock behind these: "at 15h30". */
const BEFORE_TIME = /^(?:at|by|from|until|till|to)$/;

/** An amount and the unit or thing it counts, as written. */
export interface Amount {
  text: string;
  unit: string;
  from: number[];
}

/**
 * "3 seconds", "2s", "half a minute", "7 days", "5 rows", "0.25 l": a number that stands
 * before a word of an input's name is its value; an amount in another unit is
 * converted where that can be done exactly. An amount that more than one input
 * could take is nobody's.
 */
export function takeAmounts(line: LineValues, inputs: readonly InputSpec[]): void {
  const open = inputs.filter(
    (spec) => isOpen(line, spec) && (isNumeric(spec) || isAmountInText(spec)),
  );
  for (let at = 0; at < line.tokens.length; at += 1) {
    const amount = amountAt(line, at);
    if (amount === undefined || isClock(line, at)) continue;
    const takers = open.filter(
      (spec) => isOpen(line, spec) && valueFor(spec, amount) !== undefined,
    );
    const [spec, ...more] = takers.length > 1 ? besideName(line, takers, at) : takers;
    if (spec === undefined || more.length > 0) continue;
    const value = valueFor(spec, amount);
    give(line, spec, { value, origin: "typed", by: "amount", from: amount.from });
  }
}

/** Of two inputs in days "window 28 days" means the one that says window. */
function besideName(
  line: LineValues,
  takers: readonly InputSpec[],
  at: number,
): readonly InputSpec[] {
  const near = [1, 2].map((back) => stemWord(freeWord(line, at - back) ?? ""));
  return takers.filter(({ name }) =>
    splitIdentifier(name)
      .map(stemWord)
      .some((word) => near.includes(word)),
  );
}

export function isNumeric({ type }: InputSpec): boolean {
  return type === "integer" || type === "number";
}

/** Whether an amount of time stands here in words: it is a value, even where no input takes it. */
export function isSpokenTime(line: LineValues, at: number): boolean {
  const amount = amountAt(line, at);
  return amount !== undefined && isTimeUnit(amount.unit);
}

/** The number that stands here with the word behind it, or with its unit joined to it. */
export function amountAt(line: LineValues, at: number): Amount | undefined {
  const text = freeWord(line, at);
  if (text === undefined) return undefined;
  const unit = line.tokens[at]?.isClosed === true ? undefined : freeWord(line, at + 1);
  const joined = amountInWord(text, unit);
  if (joined !== undefined) {
    const isWithNext = unit !== undefined && joined.unit === unit;
    return { ...joined, from: isWithNext ? [at, at + 1] : [at] };
  }
  const number = numberOfWord(text);
  const isNumber = PLAIN_NUMBER.test(text) || number !== undefined;
  if (!isNumber || unit === undefined || /\d/u.test(unit)) return undefined;
  return { text: String(number ?? plainNumber(text) ?? text), unit, from: [at, at + 1] };
}

function isClock(line: LineValues, at: number): boolean {
  const isTime = valueKindOf(line.tokens[at]?.text ?? "") === "time";
  return isTime && BEFORE_TIME.test(line.tokens[at - 1]?.text.toLowerCase() ?? "");
}

/** Amounts of money are often declared as text, so that no cent is lost. */
export function isAmountInText({ type, name }: InputSpec): boolean {
  return type === "string" && /(?:^|_)(?:amount|price|total|sum|income|percent)(?:_|$)/u.test(name);
}

/** Money of whatever currency, where neither name nor description says which. */
function isOfMoney({ name }: InputSpec): boolean {
  return splitIdentifier(name).some((word) => MONEY.test(word));
}

/** Whether an input can be given an amount in such a unit as the plain number it is. */
export function isForeignUnit(spec: InputSpec, unit: string): boolean {
  const given = unitOfWord(unit);
  if (given === undefined) return false;
  const wanted = unitOf(spec);
  if (wanted === undefined) return !(isCurrency(unit) && isOfMoney(spec));
  return unitOfWord(wanted) !== given;
}

/** "3000 x g", "2 slowest pods": what is counted is nothing that this item speaks of. */
export function isOfSomethingElse({ unit, from }: Amount, { tokens, own }: LineValues): boolean {
  const isClosed = tokens[from[0] ?? 0]?.isClosed === true;
  if (isClosed || unit === "" || unitOfWord(unit) !== undefined || STOP_WORDS.has(unit))
    return false;
  if (/^times?$/.test(unit)) return false;
  return !splitIdentifier(unit).some((word) => own.has(stemWord(word)));
}

function valueFor(spec: InputSpec, { text, unit }: Amount): unknown {
  const counted = splitIdentifier(spec.name).map(stemWord);
  const isCounted = splitIdentifier(unit)
    .map(stemWord)
    .some((word) => counted.includes(word));
  if (isCounted) return valueAs(spec, text);
  const wanted = unitOf(spec);
  if (wanted === undefined)
    return isCurrency(unit) && isOfMoney(spec) ? valueAs(spec, text) : undefined;
  // As typed: "12.50 euros" keeps its last digit where money is text.
  if (unitOfWord(wanted) === unitOfWord(unit)) return valueAs(spec, text);
  const converted = convertedAmount(Number(text), { from: unit, to: wanted });
  return converted === undefined ? undefined : valueAs(spec, String(converted));
}

/** The unit an input is counted in, by its name or else by its description. */
function unitOf({ name, description = "" }: InputSpec): string | undefined {
  const words = [...splitIdentifier(name), ...splitIdentifier(description)];
  // "First, second or third" is no time.
  return words.find(
    (word) => word.length > 1 && word !== "second" && unitOfWord(word) !== undefined,
  );
}

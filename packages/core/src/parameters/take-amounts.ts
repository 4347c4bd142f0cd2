import type { InputSpec } from "@lilux/protocol";
import { splitIdentifier, stemWord } from "../text/index.ts";
import { give, isOpen, type LineValues } from "./line-values.ts";
import { numberOfWord } from "./number-words.ts";
import { convertedTime, secondsOfUnit } from "./time-units.ts";
import { valueAs } from "./value-as.ts";

const AMOUNT_WITH_UNIT = /^([+-]?\d+(?:\.\d+)?)(\p{L}{1,12})$/u;

/** An amount and the unit or thing it counts, as written. */
interface Amount {
  text: string;
  unit: string;
  from: number[];
}

/**
 * "3 seconds", "2s", "half a minute", "7 days", "5 rows": a number that stands
 * before a word of an input's name is its value; a time in another unit is
 * converted where that can be done exactly. An amount that more than one input
 * could take is nobody's.
 */
export function takeAmounts(line: LineValues, inputs: readonly InputSpec[]): void {
  const open = inputs.filter(
    (spec) => isOpen(line, spec) && (spec.type === "integer" || spec.type === "number"),
  );
  for (let at = 0; at < line.tokens.length; at += 1) {
    const amount = amountAt(line, at);
    if (amount === undefined) continue;
    const takers = open.filter(
      (spec) => isOpen(line, spec) && valueFor(spec, amount) !== undefined,
    );
    const [spec] = takers;
    if (spec === undefined || takers.length > 1) continue;
    const value = valueFor(spec, amount);
    give(line, spec, { value, origin: "typed", from: amount.from });
  }
}

/** Whether an amount of time stands here in words: it is a value, even where no input takes it. */
export function isSpokenTime(line: LineValues, at: number): boolean {
  const amount = amountAt(line, at);
  return amount !== undefined && secondsOfUnit(amount.unit) !== undefined;
}

function amountAt(line: LineValues, at: number): Amount | undefined {
  const text = wordAt(line, at);
  if (text === undefined) return undefined;
  const joined = AMOUNT_WITH_UNIT.exec(text);
  if (joined?.[1] !== undefined && joined[2] !== undefined) {
    return { text: joined[1], unit: joined[2], from: [at] };
  }
  const half = halfAt(line, at);
  if (half !== undefined) return half;
  const unit = wordAt(line, at + 1);
  const isNumber = /^[+-]?\d/u.test(text) || numberOfWord(text) !== undefined;
  if (!isNumber || unit === undefined || /\d/u.test(unit)) return undefined;
  return { text: String(numberOfWord(text) ?? text), unit, from: [at, at + 1] };
}

/** "half a minute", "half an hour". */
function halfAt(line: LineValues, at: number): Amount | undefined {
  const [half, article, unit] = [wordAt(line, at), wordAt(line, at + 1), wordAt(line, at + 2)];
  if (half?.toLowerCase() !== "half" || unit === undefined) return undefined;
  if (!/^an?$/iu.test(article ?? "") || secondsOfUnit(unit) === undefined) return undefined;
  return { text: "0.5", unit, from: [at, at + 1, at + 2] };
}

function wordAt(line: LineValues, at: number): string | undefined {
  const token = line.tokens[at];
  const isFree = token?.kind === "word" && line.taken[at] === false;
  return isFree ? token.text : undefined;
}

function valueFor(spec: InputSpec, { text, unit }: Amount): unknown {
  const counted = splitIdentifier(spec.name).map(stemWord);
  if (
    splitIdentifier(unit)
      .map(stemWord)
      .some((word) => counted.includes(word))
  ) {
    return valueAs(spec, text);
  }
  const wanted = unitOf(spec);
  const converted =
    wanted === undefined ? undefined : convertedTime(Number(text), { from: unit, to: wanted });
  return converted === undefined ? undefined : valueAs(spec, String(converted));
}

/** The unit of time an input is counted in, by its name or else by its description. */
function unitOf({ name, description = "" }: InputSpec): string | undefined {
  const words = [...splitIdentifier(name), ...splitIdentifier(description)];
  return words.find((word) => word.length > 1 && secondsOfUnit(word) !== undefined);
}

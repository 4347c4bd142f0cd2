import type { InputSpec } from "@lilux/protocol";
import { takesDays } from "./dated-input.ts";
import { tenseOfInput } from "./day-tense.ts";
import { isOpen, type LineValues, type TakenValue } from "./line-values.ts";
import { writtenDayFor } from "./written-day.ts";

type TakenDay = Pick<TakenValue, "value" | "by">;

/**
 * The day at a place of the line as an input takes it. Whose year was left open is of the past or to come by what the
 * input is said to be, else by what the item does and the line says; where nothing tells, it is trusted less.
 */
export function dayForInput(line: LineValues, spec: InputSpec, at: number): TakenDay | undefined {
  const token = line.tokens[at];
  if (token === undefined) return undefined;
  if (token.days === undefined) {
    const value = writtenDayFor(spec, token.text);
    return value === undefined ? undefined : { value, by: "date" };
  }
  const [ofInput, ofRequest] = [tenseOfInput(spec), line.tense()];
  const tense = ofInput ?? ofRequest;
  const isTold = tense !== undefined && (ofRequest ?? tense) === tense;
  const value = valueIn(token.days, tense) ?? token.text;
  return { value, by: isTold || token.text === value ? "date" : "date_nearest" };
}

function valueIn(
  { was, comes }: { was: string; comes: string },
  tense: ReturnType<LineValues["tense"]>,
): string | undefined {
  if (tense === undefined) return undefined;
  return tense === "past" ? was : comes;
}

/**
 * Two ends of one span are in order: "between 20 December and 4 January" is of two years. The end stays where days
 * are of the past, the beginning where they are to come.
 */
export function orderDays(
  line: LineValues,
  { start, end }: { start: InputSpec | undefined; end: InputSpec | undefined },
): void {
  if (start === undefined || end === undefined || isOpen(line, start) || isOpen(line, end)) return;
  if (!takesDays(start) || !takesDays(end)) return;
  const [first, last] = [line.values.get(start.name), line.values.get(end.name)];
  const [from, to] = [first?.value, last?.value];
  if (typeof from !== "string" || typeof to !== "string" || from <= to) return;
  const isYearless = ({ name }: InputSpec): boolean => line.yearless.has(name);
  const isPast = line.tense() === "past" || tenseOfInput(start) === "past";
  if (first !== undefined && isYearless(start) && (isPast || !isYearless(end))) {
    line.values.set(start.name, { ...first, value: inYear(from, -1) });
  } else if (last !== undefined && isYearless(end)) {
    line.values.set(end.name, { ...last, value: inYear(to, 1) });
  }
}

function inYear(day: string, step: number): string {
  return `${Number(day.slice(0, 4)) + step}${day.slice(4)}`;
}

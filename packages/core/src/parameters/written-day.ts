import type { InputSpec } from "@lilux/protocol";
import { calendarDay } from "./calendar-day.ts";

const ISO = /^\d{4}-\d{2}(?:-\d{2}(?:[T ].*)?)?$/u;
const YEAR_FIRST = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/u;
const YEAR_LAST = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{2}|\d{4})$/u;
/** An input that says another form takes days as they are typed. */
const OTHER_FORM = /\bDD[./-]MM|(?<!Y[./-])MM[./-]DD|\bD\.M\./u;

/**
 * A day in digits as an input wants it: YYYY-MM-DD unless it says another form. "3.11.2026" is of November; of
 * "03/04/2026" nobody knows which is the month, so it is no day: undefined.
 */
export function writtenDayFor(
  { description = "" }: Pick<InputSpec, "description">,
  text: string,
): string | undefined {
  if (ISO.test(text) || OTHER_FORM.test(description)) return text;
  const first = YEAR_FIRST.exec(text);
  if (first !== null) return calendarDay(Number(first[1]), Number(first[2]), Number(first[3]));
  const last = YEAR_LAST.exec(text);
  if (last === null) return undefined;
  const [, a, mark, b, digits = ""] = last;
  const year = digits.length === 2 ? 2_000 + Number(digits) : Number(digits);
  const [one, two] = [Number(a), Number(b)];
  if (mark !== "/" || one > 12 || one === two) return calendarDay(year, two, one);
  return two > 12 ? calendarDay(year, one, two) : undefined;
}

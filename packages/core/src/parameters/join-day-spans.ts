import { calendarDay } from "./calendar-day.ts";
import type { LineToken } from "./line-tokens.ts";
import type { SpokenDay } from "./spoken-dates.ts";

const DAY = /^([1-9]|[12]\d|3[01])(?:st|nd|rd|th)?$/;
const LINKS = new Set(["to", "until", "till", "through", "and", "-", "–", "bis", "au", "al", "a"]);
const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;

/**
 * "1 to 15 September": the first day is of the month and year of the second. Only a day said by its month lends
 * it: "2 to tomorrow" stays two.
 */
export function joinDaySpans(tokens: LineToken[]): LineToken[] {
  return tokens.map((token, at) => {
    const [link, end] = [tokens[at + 1], tokens[at + 2]];
    if (end?.said === undefined || !/\d/.test(end.said) || token.kind !== "word") return token;
    if (link === undefined || !LINKS.has(link.text.toLowerCase()) || token.isClosed) return token;
    const day = Number(DAY.exec(token.text)?.[1]);
    if (Number.isNaN(day) || !ISO.test(end.text) || /ago|in \d/.test(end.said)) return token;
    const text = inMonthOf(end.text, day);
    if (text === undefined) return token;
    const days = end.days === undefined ? undefined : daysBefore(end.days, day);
    return { ...token, text, said: token.text, ...(days === undefined ? {} : { days }) };
  });
}

function daysBefore({ was, comes }: SpokenDay, day: number): SpokenDay | undefined {
  const [first, second] = [inMonthOf(was, day), inMonthOf(comes, day)];
  return first === undefined || second === undefined ? undefined : { was: first, comes: second };
}

/** None where it would come after the end: "20 to 5 September" are no days of one month. */
function inMonthOf(end: string, day: number): string | undefined {
  const [, year, month, last] = ISO.exec(end) ?? [];
  if (day >= Number(last)) return undefined;
  return calendarDay(Number(year), Number(month), day);
}

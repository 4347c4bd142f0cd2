import { calendarDay, movedByDays, movedByMonths, weekdayOf } from "./calendar-day.ts";

/**
 * The day (YYYY-MM-DD) or month (YYYY-MM) that some words mean. Where they leave the year open, "3 March" or "on Friday",
 * it is the last one that was and the next one that comes, today being both; else the two are the same.
 */
export interface SpokenDay {
  was: string;
  comes: string;
}

const DISTANCES: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  tomorrow: 1,
  yesterday: -1,
  "last night": -1,
  "day after tomorrow": 2,
  "day before yesterday": -2,
};
const PART_OF_DAY = / (?:morning|afternoon|evening|night|noon|midday)$/;
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const MONTHS =
  "january february march april may june july august september october november december".split(
    " ",
  );
const DAY = /^(?:the )?([1-9]|[12]\d|3[01])(?:st|nd|rd|th)?$/;
const NTH = /^the ([1-9]|[12]\d|3[01])(?:st|nd|rd|th)$/;
const YEAR = /^(?:19|20)\d{2}$/;
const EDGES = /^(?:the )?(start|beginning|end|last day|first day) of (?:the |this )?/;
const COUNTED =
  /^(in )?(\d{1,4}|an?|a couple of) (day|week|fortnight|month|year)s?( ago| from now| from today| earlier| later)?$/;
/** 29 February may be eight years off. */
const YEARS_MAX = 8;

/**
 * Undefined where the words mean no day, or one that cannot be told without knowing what day it is. Takes lower-case
 * words.
 */
export function spokenDay(said: string, today: string | undefined): SpokenDay | undefined {
  const words = said.replace(/,/gu, "").replace(/['’]s$/u, "");
  const written = writtenDay(words, today);
  if (written !== undefined || today === undefined) return written;
  return (
    dayByDistance(words, today) ??
    dayOfWeek(words, today) ??
    dayOfMonth(words, today) ??
    dayAtEdge(words, today) ??
    monthByName(words, today)
  );
}

function fixed(day: string | undefined): SpokenDay | undefined {
  return day === undefined ? undefined : { was: day, comes: day };
}

/** "4 December", "Friday the 4th of December 2026", "Dec 4, 2026". */
function writtenDay(said: string, today: string | undefined): SpokenDay | undefined {
  const parts = said
    .replace(/ of /u, " ")
    .split(" ")
    .filter((word) => word !== "the");
  if (parts.length > 2 && weekdayNamed(parts[0] ?? "") !== -1) parts.shift();
  const year = YEAR.test(parts.at(-1) ?? "") ? parts.pop() : undefined;
  if (parts.length !== 2) return undefined;
  const [a = "", b = ""] = parts;
  const [dayText, month] = DAY.test(a) ? [a, monthNamed(b)] : [b, monthNamed(a)];
  const day = Number(DAY.exec(dayText)?.[1]);
  if (month === undefined || Number.isNaN(day)) return undefined;
  if (year !== undefined) return fixed(calendarDay(Number(year), month, day));
  if (today === undefined) return undefined;
  const thisYear = Number(today.slice(0, 4));
  return nearestOf((step) => calendarDay(thisYear + step, month, day), today);
}

/** The last that was and the next that comes, of such days in the years or months around. */
function nearestOf(
  dayAt: (step: number) => string | undefined,
  today: string,
): SpokenDay | undefined {
  const steps = Array.from({ length: YEARS_MAX + 1 }, (_, step) => step);
  const was = steps.map((step) => dayAt(-step)).find((day) => day !== undefined && day <= today);
  const comes = steps.map(dayAt).find((day) => day !== undefined && day >= today);
  return was === undefined || comes === undefined ? undefined : { was, comes };
}

function dayByDistance(said: string, today: string): SpokenDay | undefined {
  const plain = said.replace(/^the /u, "").replace(/^this (?=\w+$)/u, "today ");
  const distance = DISTANCES[plain] ?? DISTANCES[plain.replace(PART_OF_DAY, "")];
  if (distance !== undefined) return fixed(movedByDays(today, distance));
  const counted = COUNTED.exec(said);
  if (counted === null) return undefined;
  const [, ahead, amount = "", unit = "", after] = counted;
  if (ahead === undefined && after === undefined) return undefined;
  const sign = after === " ago" || after === " earlier" ? -1 : 1;
  const count = sign * (/^an?$/.test(amount) ? 1 : /^a /.test(amount) ? 2 : Number(amount));
  const days = { day: 1, week: 7, fortnight: 14 }[unit];
  if (days !== undefined) return fixed(movedByDays(today, count * days));
  return fixed(movedByMonths(today, unit === "month" ? count : count * 12));
}

/** "monday", "next monday", "monday last", "friday of next week", "friday evening". */
function dayOfWeek(said: string, today: string): SpokenDay | undefined {
  const words = said.replace(PART_OF_DAY, "");
  const inWeek = /^(\w+) (?:of )?(next|last|this) week$/.exec(words);
  if (inWeek !== null) return dayInWeek(weekdayNamed(inWeek[1] ?? ""), stepOf(inWeek[2]), today);
  const [, before, name = "", behind] =
    /^(?:(next|this|coming|last|past) )?(\w+)(?: (next|coming|last|past))?$/.exec(words) ?? [];
  const weekday = weekdayNamed(name);
  // "Sun" and "wed" alone are words like others.
  const isWord = before === undefined && behind === undefined && /^(?:sun|sat|wed)$/.test(name);
  if (weekday === -1 || isWord) return undefined;
  const now = weekdayOf(today);
  // "Last friday" is never today, nor is "friday".
  const was = movedByDays(today, -(((now - weekday + 6) % 7) + 1));
  const comes = movedByDays(today, ((weekday - now + 6) % 7) + 1);
  const which = before ?? behind;
  if (which === undefined) return { was, comes };
  return fixed(which === "last" || which === "past" ? was : comes);
}

/** Weeks begin on Monday. */
function dayInWeek(weekday: number, step: number, today: string): SpokenDay | undefined {
  if (weekday === -1) return undefined;
  const monday = movedByDays(today, -((weekdayOf(today) + 6) % 7));
  return fixed(movedByDays(monday, step * 7 + ((weekday + 6) % 7)));
}

/** "the 21st", "the 3rd of next month". */
function dayOfMonth(said: string, today: string): SpokenDay | undefined {
  const [nth = "", of] = said.split(/ of (?=next|last|this)/u);
  const day = Number(NTH.exec(nth)?.[1]);
  if (Number.isNaN(day)) return undefined;
  const [year = 0, month = 1] = today.split("-").map(Number);
  const at = (step: number): string | undefined => {
    const first = movedByMonths(`${year}-${String(month).padStart(2, "0")}-01`, step);
    const [inYear = 0, inMonth = 1] = first.split("-").map(Number);
    return calendarDay(inYear, inMonth, day);
  };
  if (of === undefined) return nearestOf(at, today);
  return /^(?:next|last|this) month$/.test(of) ? fixed(at(stepOf(of.split(" ")[0]))) : undefined;
}

/** "the end of next month", "the start of december". */
function dayAtEdge(said: string, today: string): SpokenDay | undefined {
  const edge = EDGES.exec(said);
  if (edge === null) return undefined;
  const isEnd = edge[1] === "end" || edge[1] === "last day";
  const span = said.slice(edge[0].length);
  const year = /^(next |last )?year$/.exec(span);
  if (year !== null) {
    const which = Number(today.slice(0, 4)) + stepOf(year[1]);
    return fixed(isEnd ? `${which}-12-31` : `${which}-01-01`);
  }
  const month = monthByName(/^month$/.test(span) ? "this month" : span, today);
  if (month === undefined) return undefined;
  const edgeOf = (which: string): string =>
    isEnd ? movedByDays(movedByMonths(`${which}-01`, 1), -1) : `${which}-01`;
  return { was: edgeOf(month.was), comes: edgeOf(month.comes) };
}

/** "last month", "october", "october 2026": as YYYY-MM. */
function monthByName(said: string, today: string): SpokenDay | undefined {
  const relative = /^(next|this|last) month$/.exec(said);
  if (relative !== null)
    return fixed(movedByMonths(`${today.slice(0, 7)}-01`, stepOf(relative[1])).slice(0, 7));
  const [name = "", year, ...rest] = said.split(" ");
  const month = MONTHS.indexOf(name);
  if (month === -1 || rest.length > 0) return undefined;
  const number = String(month + 1).padStart(2, "0");
  if (year !== undefined) return fixed(YEAR.test(year) ? `${year}-${number}` : undefined);
  const thisYear = Number(today.slice(0, 4));
  return nearestOf((step) => `${thisYear + step}-${number}`, today.slice(0, 7));
}

function stepOf(word: string | undefined): number {
  if (word === undefined) return 0;
  const step = { next: 1, last: -1 }[word.trim()];
  return step ?? 0;
}

function weekdayNamed(word: string): number {
  return WEEKDAYS.findIndex(
    (name) => name === word || (word.length >= 3 && word.length <= 5 && name.startsWith(word)),
  );
}

function monthNamed(word: string): number | undefined {
  const at = MONTHS.findIndex(
    (name) => name === word || (word.length >= 3 && name.slice(0, 3) === word),
  );
  const isSept = word === "sept";
  return isSept ? 9 : at === -1 ? undefined : at + 1;
}

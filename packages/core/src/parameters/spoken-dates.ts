const DAY_MS = 86_400_000;
const DISTANCES: Readonly<Record<string, number>> = {
  today: 0,
  tonight: 0,
  tomorrow: 1,
  yesterday: -1,
};
const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");
const MONTHS =
  "january february march april may june july august september october november december".split(
    " ",
  );
const DAY = /^(?:the )?([1-9]|[12]\d|3[01])(?:st|nd|rd|th)?$/;
const YEAR = /^(?:19|20)\d{2}$/;
const EDGES = /^(?:the )?(start|beginning|end|last day|first day) of (?:the |this )?/;

/** What a day is counted from: the day a line is typed on, and whether it speaks of what was. */
export interface SpokenDateSetting {
  today: string | undefined;
  /** "since monday" is the one that was. */
  isPast: boolean;
}

/**
 * The day that some words mean, as YYYY-MM-DD, or the month, as YYYY-MM; undefined where they mean
 * none, or one that cannot be told without knowing what day it is. Takes lower-case words.
 */
export function spokenDate(said: string, { today, isPast }: SpokenDateSetting): string | undefined {
  const words = said.replace(/,/gu, "").replace(/['’]s$/u, "");
  return (
    writtenDay(words, { today, isPast }) ??
    (today === undefined
      ? undefined
      : (dayByDistance(words, today, isPast) ??
        dayAtEdge(words, today) ??
        monthByName(words, today)))
  );
}

/** "4 December", "the 4th of December 2026", "Dec 4, 2026". */
function writtenDay(said: string, { today, isPast }: SpokenDateSetting): string | undefined {
  const parts = said
    .replace(/ of /u, " ")
    .split(" ")
    .filter((word) => word !== "the");
  const year = YEAR.test(parts.at(-1) ?? "") ? parts.pop() : undefined;
  if (parts.length !== 2) return undefined;
  const [a = "", b = ""] = parts;
  const [dayText, month] = DAY.test(a) ? [a, monthOf(b)] : [b, monthOf(a)];
  const day = Number(DAY.exec(dayText)?.[1]);
  if (month === undefined || Number.isNaN(day)) return undefined;
  if (year !== undefined) return dayOf(Number(year), month, day);
  if (today === undefined) return undefined;
  const thisYear = Number(today.slice(0, 4));
  const candidate = dayOf(thisYear, month, day);
  if (candidate === undefined) return undefined;
  if (isPast) return candidate <= today ? candidate : dayOf(thisYear - 1, month, day);
  return candidate >= today ? candidate : dayOf(thisYear + 1, month, day);
}

function dayByDistance(said: string, today: string, isPast: boolean): string | undefined {
  const distance = DISTANCES[said];
  if (distance !== undefined) return moved(today, distance);
  if (/^(?:the )?day after tomorrow$/.test(said)) return moved(today, 2);
  if (/^(?:the )?day before yesterday$/.test(said)) return moved(today, -2);
  const weekday = /^(?:(next|this|coming|last|past) )?(\w+)$/.exec(said);
  const which = WEEKDAYS.indexOf(weekday?.[2] ?? "");
  if (which !== -1) {
    const wasBefore = isPast || weekday?.[1] === "last" || weekday?.[1] === "past";
    return nearestWeekday(today, which, wasBefore);
  }
  const counted =
    /^(in )?(\d{1,4}|an?) (day|week|month|year)s?( ago| from now| from today| earlier| later)?$/.exec(
      said,
    );
  if (counted === null) return undefined;
  const [, ahead, amount = "", unit = "", after] = counted;
  if (ahead === undefined && after === undefined) return undefined;
  const sign = after === " ago" || after === " earlier" ? -1 : 1;
  const count = sign * (/^an?$/.test(amount) ? 1 : Number(amount));
  if (unit === "day") return moved(today, count);
  if (unit === "week") return moved(today, count * 7);
  return movedByMonths(today, unit === "month" ? count : count * 12);
}

/** The next such day, or the one before: none is today. */
function nearestWeekday(today: string, weekday: number, wasBefore: boolean): string {
  const now = new Date(Date.parse(today)).getUTCDay();
  return wasBefore
    ? moved(today, -(((now - weekday + 6) % 7) + 1))
    : moved(today, ((weekday - now + 6) % 7) + 1);
}

/** "the end of next month", "the start of december". */
function dayAtEdge(said: string, today: string): string | undefined {
  const edge = EDGES.exec(said);
  if (edge === null) return undefined;
  const isEnd = edge[1] === "end" || edge[1] === "last day";
  const span = said.slice(edge[0].length);
  const year = /^(next |last )?year$/.exec(span);
  if (year !== null) {
    const which = Number(today.slice(0, 4)) + stepOf(year[1]);
    return isEnd ? `${which}-12-31` : `${which}-01-01`;
  }
  const month = monthByName(/^month$/.test(span) ? "this month" : span, today);
  if (month === undefined) return undefined;
  const first = `${month}-01`;
  return isEnd ? moved(movedByMonths(first, 1), -1) : first;
}

/** "last month", "october", "october 2026": as YYYY-MM. A month by its name alone is the last such. */
function monthByName(said: string, today: string): string | undefined {
  const relative = /^(next|this|last) month$/.exec(said);
  if (relative !== null)
    return movedByMonths(`${today.slice(0, 7)}-01`, stepOf(relative[1])).slice(0, 7);
  const [name = "", year, ...rest] = said.split(" ");
  const month = MONTHS.indexOf(name);
  if (month === -1 || rest.length > 0) return undefined;
  const number = String(month + 1).padStart(2, "0");
  if (year !== undefined) return YEAR.test(year) ? `${year}-${number}` : undefined;
  const thisYear = Number(today.slice(0, 4));
  return `${thisYear}-${number}` <= today.slice(0, 7)
    ? `${thisYear}-${number}`
    : `${thisYear - 1}-${number}`;
}

function stepOf(word: string | undefined): number {
  if (word === undefined) return 0;
  const step = { next: 1, last: -1 }[word.trim()];
  return step ?? 0;
}

function monthOf(word: string): number | undefined {
  const at = MONTHS.findIndex(
    (name) => name === word || (word.length >= 3 && name.slice(0, 3) === word),
  );
  const isSept = word === "sept";
  return isSept ? 9 : at === -1 ? undefined : at + 1;
}

function dayOf(year: number, month: number, day: number): string | undefined {
  const at = new Date(Date.UTC(year, month - 1, day));
  return at.getUTCMonth() === month - 1 ? at.toISOString().slice(0, 10) : undefined;
}

function moved(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The same day of another month, or its last one where it is shorter. */
function movedByMonths(day: string, months: number): string {
  const [year = 0, month = 1, of = 1] = day.split("-").map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(of, last)))
    .toISOString()
    .slice(0, 10);
}

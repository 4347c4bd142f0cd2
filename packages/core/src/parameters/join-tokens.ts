import { STOP_WORDS } from "../text/index.ts";
import {
  ARTICLES_OF_DAYS,
  dayInEnglish,
  isForeignDayWord,
  mayBeForeignDay,
} from "./days-in-languages.ts";
import { joinDaySpans } from "./join-day-spans.ts";
import type { LineToken } from "./line-tokens.ts";
import { numberOfWord } from "./number-words.ts";
import { spokenAmount } from "./spoken-amounts.ts";
import { type SpokenDay, spokenDay } from "./spoken-dates.ts";
import { spokenTime } from "./spoken-times.ts";
import { unitOfWord } from "./units.ts";

/** The longest value that is said in several words: "the last day of next month". */
const WORDS_MAX = 6;
/** Words that such a value may begin with: every other token is passed by at a glance. */
const MAY_BEGIN = new Set(
  (
    "the a an half quarter midday minus today tonight tomorrow yesterday day in next this coming last past " +
    "start beginning end first noon midnight sunday monday tuesday wednesday thursday friday saturday " +
    "january february march april may june july august september october november december " +
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri sat sun"
  ).split(" "),
);
/** Without one of them, a number or a unit, no words mean a day or an amount: "the billing report". */
const CARRIES = new Set(
  (
    "today tonight tomorrow yesterday noon midday midnight day days week weeks month months year years half quarter dozen hundred thousand million billion " +
    "morning afternoon evening night mon tue tues thu thur thurs fri " +
    "sunday monday tuesday wednesday thursday friday saturday " +
    "january february march april may june july august september october november december"
  ).split(" "),
);
const PAST = /^(?:since|last|past|seit|depuis|desde|dal)$/;
const BEFORE_DAY = /^(?:on|for|by|since|until|till|from|to|through|before|after|of)$/;

const GOES_ON_CLOSED =
  /^(?:(?:[12]?\d|3[01])(?:st|nd|rd|th)?|(?:mon|tue|wed|thu|fri|sat|sun)(?:\w*day|s|rs|r)?)$/;

export interface JoinSetting {
  /** YYYY-MM-DD: what "tomorrow" is counted from. */
  today: string | undefined;
  /** Tokens that are an item's name. */
  isProtected(at: number): boolean;
}

/**
 * Values said in several words as one token each: "4 December", "in two weeks", "half an hour", "a dozen",
 * "minus 3". A number word becomes its digits. What was typed is kept beside what it means.
 */
export function joinTokens(tokens: readonly LineToken[], setting: JoinSetting): LineToken[] {
  const joined: LineToken[] = [];
  let at = 0;
  while (at < tokens.length) {
    const found = mayBegin(tokens, at) ? joinedAt(tokens, at, setting) : undefined;
    const token = tokens[at];
    if (found !== undefined) joined.push(found.token);
    else if (token !== undefined) joined.push(token);
    at += found?.count ?? 1;
  }
  return joinDaySpans(joined);
}

function mayBegin(tokens: readonly LineToken[], at: number): boolean {
  const token = tokens[at];
  if (token?.kind !== "word") return false;
  const word = plain(token);
  if (MAY_BEGIN.has(word) || /^\d/.test(word) || numberOfWord(word) !== undefined) return true;
  return ARTICLES_OF_DAYS.has(word) || isForeignDayWord(word);
}

function joinedAt(
  tokens: readonly LineToken[],
  at: number,
  { today, isProtected }: JoinSetting,
): { token: LineToken; count: number } | undefined {
  const words: string[] = [];
  for (let step = 0; step < WORDS_MAX; step += 1) {
    const token = tokens[at + step];
    if (token?.kind !== "word" || isProtected(at + step)) break;
    words.push(plain(token));
    // "December 4, 2026" and "Sat, 7 Nov" go on behind their comma; nothing else does.
    if (token.isClosed && !GOES_ON_CLOSED.test(plain(token))) break;
  }
  if (!words.some(carries)) return undefined;
  const before = tokens[at - 1];
  const wordBefore = before === undefined ? "" : plain(before);
  for (let count = words.length; count > 0; count -= 1) {
    const said = words.slice(0, count);
    const days = dayAt(said, { today, wordBefore, next: words[count] });
    const value =
      (days === undefined ? undefined : defaultOf(days, PAST.test(wordBefore))) ??
      spokenTime(said, wordBefore) ??
      spokenAmount(said, wordBefore) ??
      (count === 1 ? numberWord(tokens[at], at) : undefined);
    if (value === undefined || isOneName(tokens, at, count)) continue;
    const [first, last] = [tokens[at], tokens[at + count - 1]];
    if (first === undefined || last === undefined || value === said.join(" ")) return undefined;
    const typed = tokens.slice(at, at + count).map(({ text }) => text);
    const token = { ...last, text: value, start: first.start, said: typed.join(" ") };
    const isOpen = days !== undefined && days.was !== days.comes;
    return { token: isOpen ? { ...token, days } : token, count };
  }
  return undefined;
}

/** In English or another language; "the 21st" only where a day may stand. */
function dayAt(
  words: readonly string[],
  {
    today,
    wordBefore,
    next,
  }: { today: string | undefined; wordBefore: string; next: string | undefined },
): SpokenDay | undefined {
  const said = words.join(" ");
  const isNth = /^the \d{1,2}(?:st|nd|rd|th)$/.test(said);
  if (isNth && !(BEFORE_DAY.test(wordBefore) && (next === undefined || STOP_WORDS.has(next))))
    return undefined;
  const own = spokenDay(inDigits(said), today);
  if (own !== undefined || !mayBeForeignDay(words)) return own;
  const [first = ""] = words;
  // "6 am" is no day, and "am 6. November" is one.
  const second = words.find((word) => !ARTICLES_OF_DAYS.has(word)) ?? "";
  const mayBegin = !/^\d/.test(wordBefore) && (/^\d/.test(second) || isForeignDayWord(second));
  if (ARTICLES_OF_DAYS.has(first) && !mayBegin) return undefined;
  const english = dayInEnglish(said);
  const found = english === undefined ? undefined : spokenDay(english, today);
  return found !== undefined && (found.comes.length > 7 || /\d/.test(said)) ? found : undefined;
}

/** A day is the next such, a month the last, unless the word before says otherwise. */
function defaultOf({ was, comes }: SpokenDay, isPast: boolean): string {
  return isPast || comes.length === 7 ? was : comes;
}

function carries(word: string): boolean {
  if (CARRIES.has(word) || /^\d/.test(word) || isForeignDayWord(word)) return true;
  return numberOfWord(word) !== undefined || unitOfWord(word) !== undefined;
}

/** "Summer Day", "April": a name with a capital is no month and no day by itself. */
function isOneName(tokens: readonly LineToken[], at: number, count: number): boolean {
  const next = tokens[at + 1];
  const isMonth = /^(?:march|may|april|june|august)$/i.test(tokens[at]?.text ?? "");
  const isFollowed = next !== undefined && /^\p{Lu}/u.test(next.text);
  return count === 1 && isMonth && (isFollowed || isVerbal(tokens, at));
}

/** "may", "march" where no preposition of time stands before. */
function isVerbal(tokens: readonly LineToken[], at: number): boolean {
  const before = tokens[at - 1];
  return before === undefined || !/^(?:in|for|since|of|from|until|till|to)$/.test(plain(before));
}

function inDigits(said: string): string {
  return said
    .split(" ")
    .map((word) => String(numberOfWord(word) ?? word))
    .join(" ");
}

/** "five" as 5; "one" is mostly no number, and a capital makes it a name. */
function numberWord(token: LineToken | undefined, at: number): string | undefined {
  if (token === undefined || (at > 0 && /^\p{Lu}/u.test(token.text))) return undefined;
  const number = numberOfWord(token.text);
  return number === undefined || number < 2 ? undefined : String(number);
}

function plain({ text }: LineToken): string {
  return text.toLowerCase().replace(/['’]s$/u, "");
}

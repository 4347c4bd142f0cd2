import { numberOfWord } from "./number-words.ts";
import { millisecondsOfUnit, unitOfWord } from "./units.ts";

const GROUPS: Readonly<Record<string, number>> = {
  dozen: 12,
  hundred: 100,
  thousand: 1_000,
  million: 1_000_000,
};
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
/** Before "an hour" these show that the hour is an amount: "for an hour", not "twice an hour". */
const BEFORE_ONE = new Set(
  "for in last past within after of than another pause wait about".split(" "),
);

/** A number, or a number with its unit joined to it ("0.5hour"), that some words mean; undefined for others. */
export function spokenAmount(words: readonly string[], before: string): string | undefined {
  const [first = "", second = "", third = "", fourth = "", fifth = "", ...rest] = words;
  if (rest.length > 0) return undefined;
  switch (words.length) {
    case 2:
      return (
        signed(first, second) ??
        grouped(first, second) ??
        oneOf(first, second, before) ??
        halfOf(first, second)
      );
    case 3:
      if (first === "half" && isArticle(second)) return halfOf("half", third) ?? halfGroup(third);
      return undefined;
    case 4:
      if (/^an?$/.test(first) && second === "quarter" && third === "of") return undefined;
      return summed(first, second, third, fourth);
    case 5:
      if (second === "quarters" && third === "of" && isArticle(fourth))
        return part(0.75, first === "three" || first === "3", fifth);
      if (second === "quarter" && third === "of" && isArticle(fourth))
        return part(0.25, isArticle(first), fifth);
      if (isArticle(first) && third === "and" && isArticle(fourth) && fifth === "half")
        return part(1.5, true, second);
      if (second === "and" && isArticle(third) && fourth === "half")
        return part(Number(digits(first)) + 0.5, NUMBER.test(digits(first)), fifth);
      return undefined;
    default:
      return undefined;
  }
}

function signed(first: string, second: string): string | undefined {
  return first === "minus" && NUMBER.test(digits(second)) ? `-${digits(second)}` : undefined;
}

/** "a dozen", "two hundred", "3 million". */
function grouped(first: string, second: string): string | undefined {
  const size = Object.hasOwn(GROUPS, second) ? GROUPS[second] : undefined;
  if (size === undefined) return undefined;
  if (isArticle(first)) return String(size);
  const count = digits(first);
  return NUMBER.test(count) ? String(Number(count) * size) : undefined;
}

function halfGroup(word: string): string | undefined {
  const size = Object.hasOwn(GROUPS, word) ? GROUPS[word] : undefined;
  return size === undefined ? undefined : String(size / 2);
}

/** "for an hour", "in the last week": one of the unit. */
function oneOf(first: string, second: string, before: string): string | undefined {
  if (!isArticle(first) || !BEFORE_ONE.has(before)) return undefined;
  // "for a second reminder" counts reminders.
  const isUnit =
    millisecondsOfUnit(second) !== undefined && second.length > 2 && second !== "second";
  return isUnit ? `1${second}` : undefined;
}

/** "half an hour", "half hour", "half a ton". */
function halfOf(first: string, unit: string): string | undefined {
  return first === "half" && unit.length > 1 && unitOfWord(unit) !== undefined
    ? `0.5${unit}`
    : undefined;
}

/** "2 hours 30 minutes". */
function summed(first: string, unit: string, second: string, smaller: string): string | undefined {
  const [large, small] = [millisecondsOfUnit(unit), millisecondsOfUnit(smaller)];
  const [a, b] = [digits(first), digits(second)];
  if (large === undefined || small === undefined || small >= large) return undefined;
  if (!NUMBER.test(a) || !NUMBER.test(b)) return undefined;
  return `${(Number(a) * large + Number(b) * small) / small}${smaller}`;
}

function part(amount: number, isSo: boolean, unit: string): string | undefined {
  return isSo && millisecondsOfUnit(unit) !== undefined ? `${amount}${unit}` : undefined;
}

function digits(word: string): string {
  return String(numberOfWord(word) ?? word);
}

function isArticle(word: string): boolean {
  return word === "a" || word === "an";
}

import { numberOfWord } from "./number-words.ts";
import { spokenNumber } from "./spoken-numbers.ts";
import { isCurrency, millisecondsOfUnit, unitOfWord } from "./units.ts";
import { isOfTwoReadings, plainNumber, timesPowerOfTen } from "./written-number.ts";

/** Powers of ten. */
const GROUPS: Readonly<Record<string, number>> = {
  hundred: 2,
  thousand: 3,
  million: 6,
  billion: 9,
};
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
const GROUP_OF_THREE = /^\d{3}$/;
/** Before "an hour" these show that the hour is an amount: "for an hour", not "twice an hour". */
const BEFORE_ONE = new Set(
  "for in last past within after of than another pause wait about".split(" "),
);

/** A number, or a number with its unit joined to it ("0.5hour"), that some words mean; undefined for others. */
export function spokenAmount(words: readonly string[], before: string): string | undefined {
  const whole = spokenNumber(words);
  if (whole !== undefined) return String(whole);
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = words;
  switch (words.length) {
    case 2:
      return (
        signed(first, second) ??
        grouped(first, second) ??
        oneOf(first, second, before) ??
        halfOf(first, second)
      );
    case 3:
      if (first === "half" && isArticle(second)) return halfOf("half", third) ?? part("0.5", third);
      if (second === "per" && third === "cent") return withUnit(first, "percent");
      return spaced([first, second], third) ?? withSmallerCoin(first, second, third);
    case 4:
      if (isArticle(first) && second === "quarter" && third === "of") return undefined;
      return summed([first, second], [third, fourth]) ?? spaced([first, second, third], fourth);
    case 5:
      return (
        fractionOf(words) ??
        (third === "and" ? summed([first, second], [fourth, fifth]) : undefined)
      );
    default:
      return undefined;
  }
}

/** "three quarters of an hour", "a quarter of a million", "an hour and a half", "two and a half thousand". */
function fractionOf([
  first = "",
  second = "",
  third = "",
  fourth = "",
  fifth = "",
]: readonly string[]): string | undefined {
  if (third === "of" && isArticle(fourth)) {
    if (second === "quarters" && digits(first) === "3") return part("0.75", fifth);
    return second === "quarter" && isArticle(first) ? part("0.25", fifth) : undefined;
  }
  if (isOne(first) && third === "and" && isArticle(fourth) && fifth === "half")
    return part("1.5", second);
  const isAndAHalf = second === "and" && isArticle(third) && fourth === "half";
  return isAndAHalf && /^\d+$/.test(digits(first)) ? part(`${digits(first)}.5`, fifth) : undefined;
}

function signed(first: string, second: string): string | undefined {
  const number = plainNumber(digits(second));
  const isPlain = first === "minus" && number !== undefined && NUMBER.test(number);
  return isPlain && !isOfTwoReadings(second) ? `-${number}` : undefined;
}

/** "a dozen", "two dozen", "3 million", "1.5 million". */
function grouped(first: string, second: string): string | undefined {
  const count = isArticle(first) ? "1" : digits(first);
  if (!NUMBER.test(count)) return undefined;
  if (second === "dozen") return String(Number(count) * 12);
  return Object.hasOwn(GROUPS, second) ? part(count, second) : undefined;
}

/** "1 250 euros": groups of three before what money is counted in, and nothing else. */
function spaced(groups: readonly string[], unit: string): string | undefined {
  const [first = "", ...rest] = groups;
  const [last = "", ...middle] = [...rest].reverse();
  const isGrouped = /^\d{1,3}$/.test(first) && middle.every((each) => GROUP_OF_THREE.test(each));
  const [whole = "", cents] = last.split(/[.,]/u);
  if (!isGrouped || !GROUP_OF_THREE.test(whole) || !isCurrency(unit)) return undefined;
  return `${groups.slice(0, -1).join("")}${whole}${cents === undefined ? "" : `.${cents}`}${unit}`;
}

/** "twelve euros fifty". */
function withSmallerCoin(first: string, unit: string, cents: string): string | undefined {
  const isCoin = /^[1-9]\d$/.test(digits(cents)) && /^\d+$/.test(digits(first));
  return isCoin && isCurrency(unit) ? `${digits(first)}.${digits(cents)}${unit}` : undefined;
}

function withUnit(amount: string, unit: string): string | undefined {
  const number = plainNumber(digits(amount));
  return number === undefined ? undefined : `${number}${unit}`;
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

/** "2 hours 30 minutes", "an hour and twenty minutes". */
function summed(
  [first = "", unit = ""]: readonly string[],
  [second = "", smaller = ""]: readonly string[],
): string | undefined {
  const [large, small] = [millisecondsOfUnit(unit), millisecondsOfUnit(smaller)];
  const [a, b] = [isArticle(first) ? "1" : digits(first), digits(second)];
  if (large === undefined || small === undefined || small >= large) return undefined;
  if (!NUMBER.test(a) || !NUMBER.test(b)) return undefined;
  return `${(Number(a) * large + Number(b) * small) / small}${smaller}`;
}

/** So much of a unit of time, or of a thousand. */
function part(amount: string, of: string): string | undefined {
  const power = Object.hasOwn(GROUPS, of) ? GROUPS[of] : undefined;
  if (power !== undefined) return timesPowerOfTen(amount, power);
  if (of === "dozen") return String(Number(amount) * 12);
  return millisecondsOfUnit(of) === undefined ? undefined : `${amount}${of}`;
}

function isOne(word: string): boolean {
  return isArticle(word) || word === "one";
}

function digits(word: string): string {
  return String(numberOfWord(word) ?? word);
}

function isArticle(word: string): boolean {
  return word === "a" || word === "an";
}

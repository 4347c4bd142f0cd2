/** What one unit is of, and how many of the smallest it holds. */
interface Unit {
  dimension: string;
  size: number;
}

function units(dimension: string, table: Readonly<Record<string, number>>): [string, Unit][] {
  return Object.entries(table).flatMap(([names, size]) =>
    names.split(" ").map((name): [string, Unit] => [name, { dimension, size }]),
  );
}

/** What people write for units. Months and years have no fixed length. */
const UNITS: ReadonlyMap<string, Unit> = new Map([
  ...units("time", {
    "ms msec millisecond": 1,
    "s sec second": 1_000,
    "m min minute": 60_000,
    "h hr hour": 3_600_000,
    "d day": 86_400_000,
    "w week": 604_800_000,
    fortnight: 1_209_600_000,
  }),
  ...units("mass", {
    "ug µg microgram": 1,
    "mg milligram": 1e3,
    "g gram": 1e6,
    "kg kilo kilogram": 1e9,
    "t ton tonne": 1e12,
  }),
  ...units("volume", {
    "ul µl microlitre microliter": 1,
    "ml millilitre milliliter": 1e3,
    "cl centilitre centiliter": 1e4,
    "l litre liter": 1e6,
  }),
  ...units("length", {
    "mm millimetre millimeter": 1,
    "cm centimetre centimeter": 10,
    "metre meter": 1e3,
    "km kilometre kilometer": 1e6,
  }),
  ...units("data", {
    byte: 1,
    "kb kilobyte": 1e3,
    "mb megabyte": 1e6,
    "gb gigabyte": 1e9,
    "tb terabyte": 1e12,
  }),
  ...units("celsius", { "degree celsius °c °": 1 }),
  ...units("fahrenheit", { "fahrenheit °f": 1 }),
  ...units("kelvin", { kelvin: 1 }),
  ...units("share", { "percent % pct": 1 }),
  ...units("euro", { "euro eur €": 1 }),
  ...units("dollar", { "dollar usd $": 1 }),
  ...units("sterling", { "gbp £ pound sterling quid": 1 }),
  ...units("swiss franc", { "chf franc": 1 }),
  ...units("yen", { "jpy yen ¥": 1 }),
  ...units("zloty", { "pln zloty": 1 }),
]);

/** What a word is a unit of, singular or plural; undefined for what is none. */
export function unitOfWord(word: string): Unit | undefined {
  const lower = word.toLowerCase();
  const singular = lower.length > 2 && lower.endsWith("s") ? lower.slice(0, -1) : lower;
  return UNITS.get(lower) ?? UNITS.get(singular);
}

const CURRENCIES = new Set(["euro", "dollar", "sterling", "swiss franc", "yen", "zloty"]);

export function isCurrency(word: string): boolean {
  return CURRENCIES.has(unitOfWord(word)?.dimension ?? "");
}

export function isTimeUnit(word: string): boolean {
  return unitOfWord(word)?.dimension === "time";
}

/** A unit of time in milliseconds; undefined for what is no such unit. */
export function millisecondsOfUnit(word: string): number | undefined {
  const unit = unitOfWord(word);
  return unit?.dimension === "time" ? unit.size : undefined;
}

/**
 * An amount in one unit said in another, or undefined where it cannot be said
 * exactly: the digits of a value never change by rounding.
 */
export function convertedAmount(
  amount: number,
  { from, to }: { from: string; to: string },
): number | undefined {
  const [given, wanted] = [unitOfWord(from), unitOfWord(to)];
  if (given === undefined || wanted === undefined) return undefined;
  if (given.dimension !== wanted.dimension) return undefined;
  if (given.size === wanted.size) return amount;
  const thousandths = Math.round(amount * 1e6) * given.size;
  const converted = thousandths / wanted.size / 1e6;
  const isExact =
    Number.isSafeInteger(Math.round(converted * 1e6)) &&
    Math.abs(converted * 1e3 - Math.round(converted * 1e3)) < 1e-9;
  return isExact ? Math.round(converted * 1e3) / 1e3 : undefined;
}

/** Units of time by what people write, in seconds. Months and years have no fixed length. */
const SECONDS: Readonly<Record<string, number>> = {
  ms: 0.001,
  millisecond: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  m: 60,
  min: 60,
  minute: 60,
  h: 3_600,
  hr: 3_600,
  hour: 3_600,
  d: 86_400,
  day: 86_400,
  w: 604_800,
  week: 604_800,
};

/** A unit's length in seconds, singular or plural; undefined for what is no such unit. */
export function secondsOfUnit(word: string): number | undefined {
  const lower = word.toLowerCase();
  const singular = lower.length > 2 && lower.endsWith("s") ? lower.slice(0, -1) : lower;
  if (Object.hasOwn(SECONDS, lower)) return SECONDS[lower];
  return Object.hasOwn(SECONDS, singular) ? SECONDS[singular] : undefined;
}

/**
 * An amount in one unit said in another, or undefined where it cannot be said
 * exactly: the digits of a value never change by rounding.
 */
export function convertedTime(
  amount: number,
  { from, to }: { from: string; to: string },
): number | undefined {
  const [fromSeconds, toSeconds] = [secondsOfUnit(from), secondsOfUnit(to)];
  if (fromSeconds === undefined || toSeconds === undefined) return undefined;
  const converted = (amount * fromSeconds) / toSeconds;
  return Number.isSafeInteger(converted * 1_000) ? converted : undefined;
}

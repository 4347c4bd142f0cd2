const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
/** Asked for every word of every keystroke: looked up, not worked out. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ...UNITS.map((word, at) => [word, at] as const),
  ...TENS.flatMap((word, at) => [
    [word, (at + 2) * 10] as const,
    ...UNITS.slice(0, 10).map((unit, added) => [`${word}-${unit}`, (at + 2) * 10 + added] as const),
  ]),
  ["hundred", 100],
]);

/** The number that one written word means, up to a hundred; undefined for any other word. */
export function numberOfWord(word: string): number | undefined {
  return NUMBERS.get(word.toLowerCase());
}

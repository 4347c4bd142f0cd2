const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

/** The number that one written word means, up to a hundred; undefined for any other word. */
export function numberOfWord(word: string): number | undefined {
  const [tens = "", unit, ...rest] = word.toLowerCase().split("-");
  if (rest.length > 0) return undefined;
  const small = UNITS.indexOf(tens);
  if (unit === undefined && small !== -1) return small;
  if (unit === undefined && tens === "hundred") return 100;
  const ten = TENS.indexOf(tens);
  if (ten === -1) return undefined;
  const added = unit === undefined ? 0 : UNITS.indexOf(unit);
  return added >= 0 && added <= 9 ? (ten + 2) * 10 + added : undefined;
}

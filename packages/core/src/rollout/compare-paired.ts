import { seededRandom } from "./seeded-random.ts";

/** Of cases that both answered: how often only one of them was right. */
export interface Discordant {
  onlyNew: number;
  onlyOld: number;
}

/**
 * The probability of at least so many cases won by the new one, if neither were better: McNemar's
 * test in its exact form (1947; a sign test over the cases in which they differ), one-sided.
 */
export function chanceOfWin({ onlyNew, onlyOld }: Discordant): number {
  const cases = onlyNew + onlyOld;
  let sum = 0;
  // In logarithms: 0.5 ** 2000 is no number any more.
  let log = -cases * Math.LN2;
  for (let won = cases; won >= onlyNew; won -= 1) {
    sum += Math.exp(log);
    log += Math.log(won) - Math.log(cases - won + 1);
  }
  return Math.min(1, sum);
}

/** One answered case: its group is what it was drawn with, such as its session. */
export interface PairedCase {
  group: string;
  isNewRight: boolean;
  isOldRight: boolean;
}

export interface DifferenceInterval {
  difference: number;
  low: number;
  high: number;
}

const ROUNDS = 2_000;

/**
 * How much more often the new one is right, with the bounds that hold it in `confidence` of the
 * samples: a paired bootstrap that draws whole groups, since cases of one session are alike
 * (percentile method, Efron and Tibshirani 1993). The same cases give the same interval.
 */
export function differenceInterval(
  cases: readonly PairedCase[],
  confidence = 0.95,
): DifferenceInterval {
  const groups = [...Map.groupBy(cases, ({ group }) => group).values()].map((group) => ({
    size: group.length,
    gain: group.reduce((sum, { isNewRight, isOldRight }) => sum + +isNewRight - +isOldRight, 0),
  }));
  if (groups.length === 0) return { difference: 0, low: 0, high: 0 };
  const random = seededRandom(groups.length);
  const drawn = Array.from({ length: ROUNDS }, () => {
    let size = 0;
    let gain = 0;
    for (let count = 0; count < groups.length; count += 1) {
      const group = groups[Math.floor(random() * groups.length)];
      size += group?.size ?? 0;
      gain += group?.gain ?? 0;
    }
    return gain / size;
  }).sort((a, b) => a - b);
  const at = (share: number): number => drawn[Math.round(share * (ROUNDS - 1))] ?? 0;
  const tail = (1 - confidence) / 2;
  const gain = groups.reduce((sum, group) => sum + group.gain, 0);
  return { difference: gain / cases.length, low: at(tail), high: at(1 - tail) };
}

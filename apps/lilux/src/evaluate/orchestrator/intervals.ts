import { seededRandom } from "@lilux/core/rollout";

/** A share with the interval that a repetition would be in 95 times of 100. */
export interface Share {
  of: number;
  share: number;
  low: number;
  high: number;
}

const RESAMPLES = 1_000;
const SEED = 20_261_128;

/**
 * The share of cases that pass. The interval is of resamples of whole clusters: cases that share a
 * library and an intent pass and fail together. The same cases give the same numbers. Undefined
 * where there are none.
 */
export function shareOf(cases: readonly { cluster: string; passed: boolean }[]): Share | undefined {
  if (cases.length === 0) return undefined;
  const clusters = [...Map.groupBy(cases, ({ cluster }) => cluster).values()].map((those) => {
    return { passed: those.filter(({ passed }) => passed).length, of: those.length };
  });
  const random = seededRandom(SEED);
  const shares = Array.from({ length: RESAMPLES }, () => {
    let passed = 0;
    let of = 0;
    for (let drawn = 0; drawn < clusters.length; drawn += 1) {
      const cluster = clusters[Math.floor(random() * clusters.length)];
      passed += cluster?.passed ?? 0;
      of += cluster?.of ?? 0;
    }
    return passed / Math.max(1, of);
  }).sort((one, other) => one - other);
  const at = (quantile: number): number => shares[Math.floor(quantile * (RESAMPLES - 1))] ?? 0;
  const passed = cases.filter((each) => each.passed).length;
  return { of: cases.length, share: passed / cases.length, low: at(0.025), high: at(0.975) };
}

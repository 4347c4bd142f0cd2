import { percentile } from "../percentile.ts";
import type { Waited } from "./measure-resource.ts";

/** By how much one quantile is above another, and between which the ratio lies in nine of ten draws of the rounds. */
export interface P95Ratio {
  ratio: number;
  low: number;
  high: number;
}

const DRAWS = 1_000;

/** The rounds are what is drawn, not the single answers: what disturbs the machine disturbs a round. */
export function p95Ratio(
  rounds: readonly { upper: Waited; lower: Waited }[],
  share = 0.95,
): P95Ratio {
  const ofAll = (drawn: typeof rounds): number =>
    quantile(
      drawn.map(({ upper }) => upper),
      share,
    ) /
    quantile(
      drawn.map(({ lower }) => lower),
      share,
    );
  const next = seeded();
  const ratios = Float64Array.from({ length: DRAWS }, () =>
    ofAll(rounds.flatMap(() => rounds[Math.floor(next() * rounds.length)] ?? [])),
  ).sort();
  return {
    ratio: ofAll(rounds),
    low: percentile(ratios, 0.05),
    high: percentile(ratios, 0.95),
  };
}

/** Over all rounds together; what has no answer waited for ever. */
export function quantile(waited: readonly Waited[], share: number): number {
  const latencies = waited.flatMap(({ latenciesMs }) => [...latenciesMs]);
  const missing = waited.reduce((sum, one) => sum + one.missing, 0);
  return percentile(Float64Array.from(latencies).sort(), share, missing);
}

/** The same draws each time (mulberry32). */
function seeded(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

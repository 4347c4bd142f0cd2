import type { CellRun } from "./simulate-cell.ts";

export interface Summary {
  /** Of predictions in time, in ms. */
  p50: number;
  p99: number;
  degradedShare: number;
  /** The share of the second that was worst. */
  worstSecond: number;
  /** From a moment on, until no second is beyond the objective any more; undefined where the run ends before. */
  recoveredAfter: number | undefined;
  reconnectsPeak: number;
}

/** What is promised: 99 % within 80 ms. */
export const BAD_SHARE_MAX = 0.01;

/** Of the seconds from `from` on; what comes before is a queue that is still empty. */
export function summarise(run: CellRun, from: number): Summary {
  const { asked, degraded, latencies, reconnectsPeak } = run;
  const shares = [...asked].map((count, second) => (degraded[second] ?? 0) / Math.max(1, count));
  const later = shares.slice(from);
  const lastBad = later.findLastIndex((share) => share > BAD_SHARE_MAX);
  const bad = degraded.slice(from).reduce((sum, count) => sum + count, 0);
  const all = asked.slice(from).reduce((sum, count) => sum + count, 0);
  return {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    degradedShare: bad / Math.max(1, all),
    worstSecond: Math.max(0, ...later),
    recoveredAfter: lastBad === later.length - 1 ? undefined : lastBad + 1,
    reconnectsPeak,
  };
}

function quantile(counts: Uint32Array, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (const [ms, count] of counts.entries()) {
    seen += count;
    if (seen >= share * total && total > 0) return ms + 1;
  }
  return 0;
}

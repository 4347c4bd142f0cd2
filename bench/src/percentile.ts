/**
 * The p-quantile of sorted values by the nearest-rank method: the smallest
 * value that at least a share `p` of all values does not exceed. `missing`
 * values count as infinitely large. NaN when there are none at all.
 */
export function percentile(sorted: Float64Array, p: number, missing = 0): number {
  const count = sorted.length + missing;
  if (count === 0) return Number.NaN;
  const rank = Math.max(1, Math.ceil(p * count));
  return sorted[rank - 1] ?? Number.POSITIVE_INFINITY;
}

import { WARM_FEATURES, type WarmFeature } from "@lilux/core/warming";

/** One moment: what spoke for each item, and which was next. */
export interface FitMoment {
  rows: readonly Float64Array[];
  /** The place of the item that was next; -1 where nothing spoke for it. */
  next: number;
  /** Items nothing spoke for. */
  others: number;
}

const STEPS = 600;
const RATE = 0.05;
/** Per moment: enough that a feature which hardly occurs stays near nothing. */
const PULL = 0.002;
/**
 * The sessions were written to visit much of a library, so that hardly anything comes twice in them;
 * of people that is not known. So nothing that was done may count much against an item, and habits
 * and nearness never do. What was said before the last line counts a little in any case: it is all
 * there is where the last one could not be looked up.
 */
const LEAST: Readonly<Partial<Record<WarmFeature, number>>> = { touched: -1, text: 0.3 };

/**
 * Weights under which the items that were next were likeliest: the conditional logit, by Adam over
 * all moments at once. Deterministic.
 */
export function fitWarmWeights(moments: readonly FitMoment[]): Record<WarmFeature, number> {
  const width = WARM_FEATURES.length;
  const weights = new Float64Array(width);
  const mean = new Float64Array(width);
  const spread = new Float64Array(width);
  for (let step = 1; step <= STEPS; step += 1) {
    const slope = slopeAt(weights, moments);
    for (let at = 0; at < width; at += 1) {
      const g = (slope[at] ?? 0) - PULL * (weights[at] ?? 0);
      mean[at] = 0.9 * (mean[at] ?? 0) + 0.1 * g;
      spread[at] = 0.999 * (spread[at] ?? 0) + 0.001 * g * g;
      const [m, v] = [(mean[at] ?? 0) / (1 - 0.9 ** step), (spread[at] ?? 0) / (1 - 0.999 ** step)];
      const least = LEAST[WARM_FEATURES[at] ?? "told"] ?? 0;
      weights[at] = Math.max(least, (weights[at] ?? 0) + (RATE * m) / (Math.sqrt(v) + 1e-8));
    }
  }
  return Object.fromEntries(
    WARM_FEATURES.map((name, at) => [name, Math.round((weights[at] ?? 0) * 100) / 100]),
  ) as Record<WarmFeature, number>;
}

/** Of the mean logarithm of what was next. */
function slopeAt(weights: Float64Array, moments: readonly FitMoment[]): Float64Array {
  const slope = new Float64Array(weights.length);
  for (const { rows, next, others } of moments) {
    const strengths = rows.map((row) =>
      row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0),
    );
    const largest = Math.max(0, ...strengths);
    const shares = strengths.map((one) => Math.exp(one - largest));
    const total = shares.reduce((sum, one) => sum + one, others * Math.exp(-largest));
    for (const [place, row] of rows.entries()) {
      const off = (place === next ? 1 : 0) - (shares[place] ?? 0) / total;
      for (const [at, value] of row.entries())
        slope[at] = (slope[at] ?? 0) + (off * value) / moments.length;
    }
  }
  return slope;
}

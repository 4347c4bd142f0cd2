/** What somebody took, as a bill counts it. */
export interface Use {
  turns: number;
  calls: number;
  predictions: number;
  promptTokens: number;
  completionTokens: number;
  scriptSeconds: number;
  /** A byte that is kept for an hour is one. */
  byteHours: number;
}

/** In one currency. What is not said costs nothing. */
export interface UsePrices {
  turn?: number;
  call?: number;
  prediction?: number;
  /** A million of them. */
  promptTokens?: number;
  completionTokens?: number;
  scriptSecond?: number;
  /** 10^9 bytes, kept for thirty days. */
  gigabyteMonth?: number;
}

const MILLION = 1_000_000;
export const GIGABYTE = 1e9;
const MONTH_HOURS = 30 * 24;

/** To the millionth. */
export function costOfUse(use: Use, prices: UsePrices): number {
  const cost =
    use.turns * (prices.turn ?? 0) +
    use.calls * (prices.call ?? 0) +
    use.predictions * (prices.prediction ?? 0) +
    (use.promptTokens / MILLION) * (prices.promptTokens ?? 0) +
    (use.completionTokens / MILLION) * (prices.completionTokens ?? 0) +
    use.scriptSeconds * (prices.scriptSecond ?? 0) +
    (use.byteHours / GIGABYTE / MONTH_HOURS) * (prices.gigabyteMonth ?? 0);
  return Math.round(cost * MILLION) / MILLION;
}

import type { DecisionCalibration } from "./decision-calibration.ts";

export interface FusedOptions {
  /** The router's confidence in each call. */
  confidences: readonly number[];
  /** What the model that was asked gives each of them, and at the end what it gives none of them. */
  answer: readonly number[];
  calibration: DecisionCalibration;
}

/** Nothing is impossible: what one side had not thought of, the other may say. */
const FLOOR = 0.001;
const SECOND_MAX = 0.5;

/**
 * The probability of each call, and at the end of none of them, from two who read the line each in
 * their own way: their odds multiply, as those of independent witnesses do, each weighed by what
 * it is known to be worth. A call that the model does not put first gets a half at most: however
 * sure the router is, a no stays one. What that takes from a call goes to none of them. Sums to 1. Pure.
 */
export function fuseDecision({ confidences, answer, calibration }: FusedOptions): number[] {
  const { temperature, routerWeight } = calibration;
  const before = distribution([...confidences, Math.max(0, 1 - sum(confidences))]);
  const said = distribution(before.map((_, at) => answer[at] ?? 0));
  const scores = before.map(
    (prior, at) => routerWeight * Math.log(prior) + Math.log(said[at] ?? FLOOR) / temperature,
  );
  const top = Math.max(...scores);
  const odds = scores.map((score) => Math.exp(score - top));
  const most = Math.max(...said);
  const calls = confidences.map((_, at) => {
    const share = (odds[at] ?? 0) / sum(odds);
    return (said[at] ?? FLOOR) < most ? Math.min(share, SECOND_MAX) : share;
  });
  return [...calls, Math.max(0, 1 - sum(calls))];
}

/** Sums to 1, and none is nothing. */
function distribution(weights: readonly number[]): number[] {
  const floored = weights.map((weight) => Math.max(FLOOR, weight));
  return floored.map((weight) => weight / sum(floored));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

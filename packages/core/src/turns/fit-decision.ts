import type { DecisionCalibration, DecisionForm } from "./decision-calibration.ts";
import { UNFITTED } from "./decision-calibration.ts";
import { fuseDecision } from "./fuse-decision.ts";

/** A line whose meaning is known, with what router and model said of it. */
export interface DecisionSample {
  confidences: readonly number[];
  /** Of each call, and at the end of none of them. */
  answer: readonly number[];
  /** Which of them are right, by their place in `answer`: some calls come to the same. */
  right: readonly number[];
}

/** Fewer say more of themselves than of the model. */
export const SAMPLES_MIN = 30;

const TEMPERATURES = Array.from({ length: 31 }, (_, at) => 0.5 * 20 ** (at / 30));
const WEIGHTS = Array.from({ length: 16 }, (_, at) => at / 10);
const ROUNDS = 3;
/** The default counts as so many lines, so that a few of them do not make a model infallible. */
const DEFAULT_WORTH = 5;
const FLOOR = 1e-6;

/**
 * The temperature and the router's weight under which what is right was likeliest (the fused
 * probability's log loss). With fewer lines than `SAMPLES_MIN` the default. Pure.
 */
export function fitDecision(
  samples: readonly DecisionSample[],
  form: DecisionForm,
): DecisionCalibration {
  const unfitted = UNFITTED[form];
  if (samples.length < SAMPLES_MIN) return unfitted;
  const loss = (each: DecisionCalibration): number =>
    lossOf(samples, each) + distance(each, unfitted);
  let best = unfitted;
  // One after the other: the two hardly depend on each other.
  for (let round = 0; round < ROUNDS; round += 1) {
    const { routerWeight } = best;
    best = leastOf(
      TEMPERATURES.map((temperature) => ({ temperature, routerWeight })),
      loss,
    );
    const { temperature } = best;
    best = leastOf(
      WEIGHTS.map((weight) => ({ temperature, routerWeight: weight })),
      loss,
    );
  }
  return best;
}

function leastOf(
  tried: readonly DecisionCalibration[],
  loss: (each: DecisionCalibration) => number,
): DecisionCalibration {
  const losses = tried.map(loss);
  const [first = UNFITTED.json] = tried;
  return tried[losses.indexOf(Math.min(...losses))] ?? first;
}

function lossOf(samples: readonly DecisionSample[], calibration: DecisionCalibration): number {
  let loss = 0;
  for (const { confidences, answer, right } of samples) {
    const fused = fuseDecision({ confidences, answer, calibration });
    const given = right.reduce((sum, at) => sum + (fused[at] ?? 0), 0);
    loss -= Math.log(Math.max(FLOOR, given));
  }
  return loss;
}

function distance(one: DecisionCalibration, other: DecisionCalibration): number {
  const temperature = Math.log(one.temperature / other.temperature) ** 2;
  return DEFAULT_WORTH * (temperature + (one.routerWeight - other.routerWeight) ** 2);
}

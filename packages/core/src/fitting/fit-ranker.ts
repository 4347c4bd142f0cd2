import type { RankerWeights } from "@lilux/protocol";
import { fitOffset, lossesOf, offsetUtilities } from "./fit-offset.ts";
import type { StudiedLine } from "./studied-line.ts";

/** How hard the weights are held; which of them is decided on lines that nothing was fitted on. */
const STRENGTHS = [3, 10, 30, 100, 300, 1_000] as const;
/** Fewer lines say nothing of how sure a ranker may be. */
const TEMPERATURE_LINES_MIN = 60;
const SCALES = Array.from({ length: 61 }, (_, step) => 0.5 * 4 ** (step / 60));
const RIGHT_MIN = 1e-6;

export interface FittedRanker {
  ranker: RankerWeights;
  /** What was added to its weights, by feature. */
  offset: Float64Array;
  /** Undefined: no offset was better on the lines that decide, so the weights are as they were. */
  strength: number | undefined;
  /** What the temperatures were multiplied by. */
  scale: number;
  /** Mean losses on the lines that decide. */
  loss: { before: number; after: number };
}

/**
 * A ranker that is a tenant's: the one it had, with an offset fitted on `train` and temperatures on
 * `validation`, which also says how far the offset may go, and whether at all. What its hidden units
 * say stays as it is: some hundred lines are no ground to learn anew what thousands taught. The same
 * lines give the same ranker.
 */
export function fitRanker(
  base: RankerWeights,
  { train, validation }: { train: readonly StudiedLine[]; validation: readonly StudiedLine[] },
): FittedRanker {
  const nothing = new Float64Array(base.featureNames.length);
  const now = lossesOf(validation, nothing);
  const before = meanOf(now);
  let best: { offset: Float64Array; strength: number | undefined; after: number } = {
    offset: nothing,
    strength: undefined,
    after: before,
  };
  for (const strength of validation.length === 0 ? [] : STRENGTHS) {
    const offset = fitOffset(train, strength);
    const losses = lossesOf(validation, offset);
    const after = meanOf(losses);
    if (after < best.after && isBetter(losses, now)) best = { offset, strength, after };
  }
  const { offset, strength, after } = best;
  const scale = scaleFor(validation, { base, offset });
  const ranker = withOffset(base, offset, scale);
  return { ranker, offset, strength, scale, loss: { before, after } };
}

interface WeighedLoss {
  loss: number;
  weight: number;
}

function meanOf(losses: readonly WeighedLoss[]): number {
  const weights = losses.reduce((sum, { weight }) => sum + weight, 0);
  const sum = losses.reduce((total, { loss, weight }) => total + loss * weight, 0);
  return weights === 0 ? 0 : sum / weights;
}

/** By more than one standard error of the gain: some strength is always a little better by chance. */
function isBetter(after: readonly WeighedLoss[], before: readonly WeighedLoss[]): boolean {
  const gains = after.map(({ loss, weight }, place) => ({
    loss: (before[place]?.loss ?? 0) - loss,
    weight,
  }));
  const mean = meanOf(gains);
  const weights = gains.reduce((sum, { weight }) => sum + weight, 0);
  const squares = gains.reduce((sum, { loss, weight }) => sum + (weight * (loss - mean)) ** 2, 0);
  return mean > Math.sqrt(squares) / weights;
}

function withOffset(base: RankerWeights, offset: Float64Array, scale: number): RankerWeights {
  const scaled = (bands: RankerWeights["temperatures"]): RankerWeights["temperatures"] =>
    bands.map((band) => ({ ...band, temperature: rounded(band.temperature * scale) }));
  const { submittedTemperatures, growingTemperatures } = base;
  return {
    ...base,
    weights: base.weights.map((weight, place) => rounded(weight + (offset[place] ?? 0))),
    temperatures: scaled(base.temperatures),
    ...(submittedTemperatures === undefined
      ? {}
      : { submittedTemperatures: scaled(submittedTemperatures) }),
    ...(growingTemperatures === undefined
      ? {}
      : { growingTemperatures: scaled(growingTemperatures) }),
  };
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5;
}

/** What temperatures are multiplied by so that the leader's confidence says best how often it is right. */
function scaleFor(
  lines: readonly StudiedLine[],
  { base, offset }: { base: RankerWeights; offset: Float64Array },
): number {
  const telling = lines.filter(({ right }) => right);
  if (telling.length < TEMPERATURE_LINES_MIN) return 1;
  const bands = base.submittedTemperatures ?? base.temperatures;
  const seen = telling.map((line) => {
    const utilities = offsetUtilities(line, offset);
    const leader = utilities.indexOf(Math.max(...utilities));
    const band = bands.find(({ maxCharacters = Number.POSITIVE_INFINITY }) => {
      return line.characters <= maxCharacters;
    });
    const temperature = band?.temperature ?? 1;
    return { utilities, temperature, isRight: line.meant.includes(leader), weight: line.weight };
  });
  let best = { scale: 1, loss: Number.POSITIVE_INFINITY };
  for (const scale of SCALES) {
    let loss = 0;
    for (const { utilities, temperature, isRight, weight } of seen) {
      const confidence = leading(utilities, temperature * scale);
      const chance = isRight ? confidence : 1 - confidence;
      loss -= weight * Math.log(Math.max(RIGHT_MIN, Math.min(1 - RIGHT_MIN, chance)));
    }
    if (loss < best.loss) best = { scale, loss };
  }
  return best.scale;
}

function leading(utilities: readonly number[], temperature: number): number {
  const largest = Math.max(...utilities);
  let sum = 0;
  for (const utility of utilities) sum += Math.exp((utility - largest) / temperature);
  return 1 / sum;
}

import { LiluxError } from "@lilux/protocol";
import { CALL_FEATURES, type CallFeature } from "./call-features.ts";

/** How features become probabilities, as a model's manifest gives it. */
export interface RankerSettings {
  featureNames: readonly string[];
  weights: readonly number[];
  temperatures: readonly TemperatureBand[];
}

export interface TemperatureBand {
  maxWords?: number | undefined;
  maxCharacters?: number | undefined;
  temperature: number;
}

/**
 * The prior that stands in until a model brings fitted weights: the calls'
 * probability as the product of the model's own heads and of the item's share
 * among the items considered. Set by hand and not calibrated.
 */
const PRIOR: Partial<Record<CallFeature, number>> = {
  log_primitive: 1,
  log_item_type: 0.7,
  log_action: 1,
  log_source: 0.5,
  log_query: 0.5,
  query_guessed: -2,
  log_item_share: 1,
  cosine: 2,
  exact_id: 0.5,
  none_best_lexical: -1,
  none_dangling_reference: 2,
  search_exact_id: -0.5,
};

export const PRIOR_RANKER: RankerSettings = {
  featureNames: Object.keys(PRIOR),
  weights: Object.values(PRIOR),
  temperatures: [
    { maxWords: 1, temperature: 1.6 },
    { maxWords: 2, temperature: 1.3 },
    { temperature: 1.1 },
  ],
};

export interface CallRanker {
  /** The probability of each row of features; they sum to 1. */
  probabilities(
    rows: readonly Float64Array[],
    line: { words: number; characters: number },
  ): number[];
}

/**
 * A conditional logit: softmax over the weighed features of all candidates of a
 * line, divided by the temperature of the band the line falls in. Throws
 * `model_invalid` for a feature this version does not compute.
 */
export function createCallRanker(settings: RankerSettings): CallRanker {
  const weights = new Float64Array(CALL_FEATURES.length);
  for (const [at, name] of settings.featureNames.entries()) {
    const place = (CALL_FEATURES as readonly string[]).indexOf(name);
    if (place === -1) {
      throw new LiluxError("model_invalid", {
        message: `The model's ranker weighs "${name}", which this version does not compute.`,
      });
    }
    weights[place] = settings.weights[at] ?? 0;
  }
  return {
    probabilities(rows, line) {
      const temperature = temperatureOf(settings.temperatures, line);
      return softmax(rows.map((row) => dot(row, weights) / temperature));
    },
  };
}

function temperatureOf(
  bands: readonly TemperatureBand[],
  { words, characters }: { words: number; characters: number },
): number {
  const band = bands.find(
    ({ maxWords, maxCharacters }) =>
      words <= (maxWords ?? Number.POSITIVE_INFINITY) &&
      characters <= (maxCharacters ?? Number.POSITIVE_INFINITY),
  );
  return band?.temperature ?? bands.at(-1)?.temperature ?? 1;
}

function dot(row: Float64Array, weights: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < row.length; at += 1) sum += (row[at] ?? 0) * (weights[at] ?? 0);
  return sum;
}

function softmax(utilities: readonly number[]): number[] {
  const largest = Math.max(...utilities);
  const powers = utilities.map((utility) => Math.exp(utility - largest));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

import { LiluxError } from "@lilux/protocol";
import { CALL_FEATURES, type CallFeature } from "./call-feature-names.ts";
import { createHiddenUnits, type FeaturePlaces, type HiddenLayer } from "./hidden-units.ts";

/** How features become probabilities, as a model's manifest gives it. */
interface RankerSettings {
  featureNames: readonly string[];
  weights: readonly number[];
  /** What the weighed sum cannot say; without it the ranker is linear. */
  hidden?: HiddenLayer | undefined;
  /** While a line is typed, and it may go on. */
  temperatures: readonly TemperatureBand[];
  /** For a line that is finished; the same as while typing when not given. */
  submittedTemperatures?: readonly TemperatureBand[] | undefined;
  /**
   * While typing, where a search or a creation leads: what it is of is still being typed; the same
   * as while typing when not given.
   */
  growingTemperatures?: readonly TemperatureBand[] | undefined;
}

interface TemperatureBand {
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
  phrase_share_lift: 1,
  lesson_same: 2,
  lesson_same_wording: 6,
  lesson_other_wording: -3,
  lesson_wrong: -4,
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

const GROWING = [CALL_FEATURES.indexOf("is_search"), CALL_FEATURES.indexOf("is_create")];

interface CallProbabilities {
  /** While the line may go on. */
  typing: number[];
  /** Given that the line ends here. */
  submitted: number[];
}

export interface CallRanker {
  /** The probabilities of each row of features; either list sums to 1. */
  probabilities(rows: readonly Float64Array[], line: LineSize): CallProbabilities;
}

export interface LineSize {
  words: number;
  characters: number;
}

/**
 * A conditional logit: softmax over the utilities of all candidates of a line,
 * divided by the temperature of the band the line falls in. The candidates keep
 * their order when the line is submitted; only how sure that is changes. Throws
 * `model_invalid` for a feature this version does not compute.
 */
export function createCallRanker(settings: RankerSettings): CallRanker {
  const utilitiesOf = createUtilities(settings);
  const { temperatures, submittedTemperatures = temperatures } = settings;
  const { growingTemperatures = temperatures } = settings;
  return {
    probabilities(rows, line) {
      const utilities = utilitiesOf(rows);
      const leader = rows[placeOfLargest(utilities)];
      const isGrowing = GROWING.some((place) => leader?.[place] === 1);
      return {
        typing: softmax(
          utilities,
          temperatureOf(isGrowing ? growingTemperatures : temperatures, line),
        ),
        submitted: softmax(utilities, temperatureOf(submittedTemperatures, line)),
      };
    },
  };
}

/** Utilities of rows of features, before any temperature. Throws as `createCallRanker` does. */
export function createUtilities(
  settings: RankerSettings,
): (rows: readonly Float64Array[]) => Float64Array {
  const places = settings.featureNames.map(placeOf);
  const weights = new Float64Array(CALL_FEATURES.length);
  for (const [at, place] of places.entries()) weights[place] = settings.weights[at] ?? 0;
  const { hidden } = settings;
  const bend =
    hidden === undefined ? undefined : createHiddenUnits(hidden, placesOf(hidden, places));
  return (rows) => {
    const utilities = Float64Array.from(rows, (row) => dot(row, weights));
    bend?.(rows, utilities);
    return utilities;
  };
}

function placesOf(hidden: HiddenLayer, own: readonly number[]): FeaturePlaces {
  const context = hidden.contextNames.map(placeOf);
  return { width: CALL_FEATURES.length, own, context, isNone: placeOf("is_none") };
}

function placeOf(name: string): number {
  const place = (CALL_FEATURES as readonly string[]).indexOf(name);
  if (place === -1) {
    throw new LiluxError("model_invalid", {
      message: `The model's ranker weighs "${name}", which this version does not compute.`,
    });
  }
  return place;
}

function placeOfLargest(values: Float64Array): number {
  let largest = 0;
  for (const [place, value] of values.entries()) {
    if (value > (values[largest] ?? 0)) largest = place;
  }
  return largest;
}

function temperatureOf(bands: readonly TemperatureBand[], { words, characters }: LineSize): number {
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

function softmax(utilities: Float64Array, temperature: number): number[] {
  const largest = utilities.reduce((most, utility) => Math.max(most, utility), -Infinity);
  const powers = Array.from(utilities, (utility) => Math.exp((utility - largest) / temperature));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

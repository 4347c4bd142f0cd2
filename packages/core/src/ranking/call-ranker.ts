import { LiluxError } from "@lilux/protocol";
import { CALL_FEATURES, type CallFeature } from "./call-features.ts";

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
}

/**
 * One layer of tanh units over a candidate's features and over those of the
 * candidate "no call", which tell of the line as a whole.
 */
interface HiddenLayer {
  /** Features of "no call" that every candidate gets to see. */
  contextNames: readonly string[];
  /** Per unit: one weight per feature name, then one per context name. */
  weights: readonly (readonly number[])[];
  biases: readonly number[];
  /** What each unit adds to the utility. */
  outputs: readonly number[];
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
  return {
    probabilities(rows, line) {
      const utilities = utilitiesOf(rows);
      return {
        typing: softmax(utilities, temperatureOf(temperatures, line)),
        submitted: softmax(utilities, temperatureOf(submittedTemperatures, line)),
      };
    },
  };
}

function createUtilities(
  settings: RankerSettings,
): (rows: readonly Float64Array[]) => Float64Array {
  const places = settings.featureNames.map(placeOf);
  const weights = new Float64Array(CALL_FEATURES.length);
  for (const [at, place] of places.entries()) weights[place] = settings.weights[at] ?? 0;
  const bend = settings.hidden === undefined ? undefined : createBend(settings.hidden, places);
  return (rows) => {
    const utilities = Float64Array.from(rows, (row) => dot(row, weights));
    bend?.(rows, utilities);
    return utilities;
  };
}

/** Adds what the hidden units make of each row. Half of a row's features are zero: they cost nothing. */
function createBend(
  hidden: HiddenLayer,
  places: readonly number[],
): (rows: readonly Float64Array[], utilities: Float64Array) => void {
  const own = byFeature(hidden, places, 0);
  const context = byFeature(hidden, hidden.contextNames.map(placeOf), places.length);
  const isNone = placeOf("is_none");
  return (rows, utilities) => {
    const base = Float64Array.from(hidden.biases);
    const none = rows.find((row) => row[isNone] === 1);
    if (none !== undefined) addWeighed(base, none, context);
    const inner = new Float64Array(base.length);
    for (const [at, row] of rows.entries()) {
      inner.set(base);
      addWeighed(inner, row, own);
      let sum = 0;
      for (let unit = 0; unit < inner.length; unit += 1) {
        sum += (hidden.outputs[unit] ?? 0) * Math.tanh(inner[unit] ?? 0);
      }
      utilities[at] = (utilities[at] ?? 0) + sum;
    }
  };
}

/** Per place of a feature its weight in every unit; undefined where it has none. */
function byFeature(
  { weights }: HiddenLayer,
  places: readonly number[],
  from: number,
): (Float64Array | undefined)[] {
  const found: (Float64Array | undefined)[] = CALL_FEATURES.map(() => undefined);
  for (const [order, place] of places.entries()) {
    found[place] = Float64Array.from(weights, (row) => row[from + order] ?? 0);
  }
  return found;
}

function addWeighed(
  sums: Float64Array,
  row: Float64Array,
  weights: readonly (Float64Array | undefined)[],
): void {
  for (let place = 0; place < row.length; place += 1) {
    const value = row[place] ?? 0;
    const weighed = value === 0 ? undefined : weights[place];
    if (weighed === undefined) continue;
    for (let unit = 0; unit < sums.length; unit += 1) {
      sums[unit] = (sums[unit] ?? 0) + value * (weighed[unit] ?? 0);
    }
  }
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

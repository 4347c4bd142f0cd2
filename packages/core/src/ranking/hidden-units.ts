/**
 * One layer of tanh units over a candidate's features and over those of the
 * candidate "no call", which tell of the line as a whole.
 */
export interface HiddenLayer {
  /** Features of "no call" that every candidate gets to see. */
  contextNames: readonly string[];
  /** Per unit: one weight per feature name, then one per context name. */
  weights: readonly (readonly number[])[];
  biases: readonly number[];
  /** What each unit adds to the utility. */
  outputs: readonly number[];
}

/** Where the layer's features stand in a row. */
export interface FeaturePlaces {
  /** How many features a row has. */
  width: number;
  own: readonly number[];
  context: readonly number[];
  /** 1 in the row of "no call" alone. */
  isNone: number;
}

/** Adds what the units make of each row to its utility. */
export type HiddenUnits = (rows: readonly Float64Array[], utilities: Float64Array) => void;

/** So many sums are made at a time, in the processor's registers: this is most of a ranking's time. */
const AT_ONCE = 4;

/** Most of a row's features are zero: they cost nothing. */
export function createHiddenUnits(layer: HiddenLayer, places: FeaturePlaces): HiddenUnits {
  const units = Math.ceil(layer.biases.length / AT_ONCE) * AT_ONCE;
  const from = places.own.length;
  const own = tableOf(layer, { width: places.width, units, places: places.own, from: 0 });
  const context = tableOf(layer, { width: places.width, units, places: places.context, from });
  const biases = padded(layer.biases, units);
  const outputs = padded(layer.outputs, units);
  const base = new Float64Array(units);
  const inner = new Float64Array(units);
  return (rows, utilities) => {
    const none = rows.find((row) => row[places.isNone] === 1);
    base.set(biases);
    if (none !== undefined) addWeighed(none, context, { before: biases, sums: base });
    for (const [at, row] of rows.entries()) {
      addWeighed(row, own, { before: base, sums: inner });
      let sum = 0;
      for (let unit = 0; unit < units; unit += 1) {
        sum += (outputs[unit] ?? 0) * Math.tanh(inner[unit] ?? 0);
      }
      utilities[at] = (utilities[at] ?? 0) + sum;
    }
  };
}

/** Each feature's weight in every unit, in one piece of memory. */
interface WeightTable {
  /** `weights[place * units + unit]`. */
  weights: Float64Array;
  /** The places of the features that have weights. */
  isWeighed: Uint8Array;
  /** Of the row that is looked at: its features that count, and where their weights begin. */
  values: Float64Array;
  starts: Int32Array;
}

function tableOf(
  { weights: given }: HiddenLayer,
  {
    width,
    units,
    places,
    from,
  }: { width: number; units: number; places: readonly number[]; from: number },
): WeightTable {
  const weights = new Float64Array(width * units);
  const isWeighed = new Uint8Array(width);
  for (const [order, place] of places.entries()) {
    isWeighed[place] = 1;
    for (const [unit, row] of given.entries()) {
      weights[place * units + unit] = row[from + order] ?? 0;
    }
  }
  return { weights, isWeighed, values: new Float64Array(width), starts: new Int32Array(width) };
}

function padded(values: readonly number[], length: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => values[at] ?? 0);
}

/** `sums` becomes `before` and the row's weighed features, each unit's in the features' order. */
function addWeighed(
  row: Float64Array,
  table: WeightTable,
  { before, sums }: { before: Float64Array; sums: Float64Array },
): void {
  const { weights, values, starts } = table;
  const count = telling(row, table, sums.length);
  for (let unit = 0; unit < sums.length; unit += AT_ONCE) {
    let first = before[unit] ?? 0;
    let second = before[unit + 1] ?? 0;
    let third = before[unit + 2] ?? 0;
    let fourth = before[unit + 3] ?? 0;
    for (let at = 0; at < count; at += 1) {
      const value = values[at] ?? 0;
      const start = (starts[at] ?? 0) + unit;
      first += value * (weights[start] ?? 0);
      second += value * (weights[start + 1] ?? 0);
      third += value * (weights[start + 2] ?? 0);
      fourth += value * (weights[start + 3] ?? 0);
    }
    sums[unit] = first;
    sums[unit + 1] = second;
    sums[unit + 2] = third;
    sums[unit + 3] = fourth;
  }
}

/** How many of the row's features count; notes them in the table. */
function telling(row: Float64Array, table: WeightTable, units: number): number {
  const { isWeighed, values, starts } = table;
  let count = 0;
  for (let place = 0; place < row.length; place += 1) {
    const value = row[place] ?? 0;
    if (value === 0 || isWeighed[place] !== 1) continue;
    values[count] = value;
    starts[count] = place * units;
    count += 1;
  }
  return count;
}

import fc from "fast-check";
import { expect, test } from "vitest";
import { createHiddenUnits, type HiddenLayer } from "./hidden-units.ts";

const WIDTH = 7;
const OWN = [1, 4, 0, 6];
const CONTEXT = [2, 6];
const IS_NONE = 3;

const number = fc.double({ min: -9, max: 9, noNaN: true });
const feature = fc.oneof(fc.constant(0), number);
const layers = fc.integer({ min: 1, max: 11 }).chain((units) =>
  fc.record({
    weights: fc.array(fc.array(number, { minLength: 6, maxLength: 6 }), {
      minLength: units,
      maxLength: units,
    }),
    biases: fc.array(number, { minLength: units, maxLength: units }),
    outputs: fc.array(number, { minLength: units, maxLength: units }),
  }),
);
const rows = fc.array(fc.array(feature, { minLength: WIDTH, maxLength: WIDTH }), { maxLength: 6 });

/** The layer as its formula says it, one product after the other. */
function plainly({ weights, biases, outputs }: HiddenLayer, row: Float64Array, none: Float64Array) {
  let added = 0;
  for (const [unit, of] of weights.entries()) {
    let sum = biases[unit] ?? 0;
    for (const [at, place] of CONTEXT.entries())
      sum += (none[place] ?? 0) * (of[OWN.length + at] ?? 0);
    const inOrder = OWN.map((place, at) => [place, at] as const).sort(([a], [b]) => a - b);
    for (const [place, at] of inOrder) sum += (row[place] ?? 0) * (of[at] ?? 0);
    added += (outputs[unit] ?? 0) * Math.tanh(sum);
  }
  return added;
}

test("any layer adds to every candidate exactly what its formula says, digit for digit", () => {
  fc.assert(
    fc.property(layers, rows, (given, values) => {
      const layer = { ...given, contextNames: CONTEXT.map(String) };
      const places = { width: WIDTH, own: OWN, context: CONTEXT, isNone: IS_NONE };
      const made = values.map((row, at) => {
        const features = Float64Array.from(row);
        features[IS_NONE] = at === 0 ? 1 : 0;
        return features;
      });
      const utilities = new Float64Array(made.length);
      createHiddenUnits(layer, places)(made, utilities);
      const [none] = made;
      if (none === undefined) return;
      expect([...utilities]).toEqual(made.map((row) => 0 + plainly(layer, row, none)));
    }),
  );
});

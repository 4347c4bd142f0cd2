import { type Static, Type } from "typebox";

const FEATURES_MAX = 512;
/** Far beyond anything that is fitted; sums of these are still numbers. */
const WEIGHT_MAX = 1e6;
const numbers = Type.Array(Type.Number({ minimum: -WEIGHT_MAX, maximum: WEIGHT_MAX }), {
  maxItems: FEATURES_MAX,
});
const names = Type.Array(Type.String({ maxLength: 64 }), { maxItems: FEATURES_MAX });

const TemperatureBands = Type.Array(
  Type.Object({
    maxWords: Type.Optional(Type.Integer({ minimum: 1 })),
    maxCharacters: Type.Optional(Type.Integer({ minimum: 1 })),
    temperature: Type.Number({ exclusiveMinimum: 0 }),
  }),
  { minItems: 1, maxItems: 64 },
);

const HiddenLayer = Type.Object({
  contextNames: names,
  weights: Type.Array(numbers, { maxItems: 256 }),
  biases: numbers,
  outputs: numbers,
});

/** How features become confidence; fitted by training/router on held-out lines. */
export const RankerWeights = Type.Object({
  featureNames: names,
  weights: numbers,
  /** The first band that holds a line applies; the last has no bound. */
  temperatures: TemperatureBands,
  /** For a line that is finished. */
  submittedTemperatures: Type.Optional(TemperatureBands),
  /** While typing, where a search or a creation leads: their words are still being typed. */
  growingTemperatures: Type.Optional(TemperatureBands),
  hidden: Type.Optional(HiddenLayer),
});
export type RankerWeights = Static<typeof RankerWeights>;

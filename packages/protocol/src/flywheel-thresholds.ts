import { type Static, Type } from "typebox";
import { TextEnum } from "./text-enum.ts";

/** `off`: the gateway's own bar. `on`: fitted every night. `held`: as it is, after a rollback. */
export const ThresholdMode = TextEnum(["off", "on", "held"]);
export type ThresholdMode = Static<typeof ThresholdMode>;

const Count = Type.Integer({ minimum: 0 });

/** What one fit of the bar of acting to what people took said. */
export const ThresholdFit = Type.Object({
  /** Unix milliseconds. */
  at: Type.Integer(),
  /** Null: no bar keeps the stated error, so the gateway's own counts. */
  act: Type.Union([Type.Number(), Type.Null()]),
  /** Turns that say whether a leader at or above the floor was wanted. */
  telling: Count,
  /** Turns above the bar, and the wrong ones of those. */
  turns: Count,
  wrong: Count,
  /** The most that their share may be, at the confidence. */
  wrongMax: Type.Number(),
  errorMax: Type.Number(),
  confidence: Type.Number(),
  /** Turns that are missing before anything can be said; 0 where there are enough. */
  missing: Count,
  /** Of the predictions' model, as it says itself. */
  answeredBy: Type.Union([Type.String(), Type.Null()]),
});
export type ThresholdFit = Static<typeof ThresholdFit>;

const change = {
  at: Type.Integer(),
  by: Type.String(),
  mode: ThresholdMode,
  act: Type.Union([Type.Number(), Type.Null()]),
};

/** A tenant's bar of acting: what counts, what the last fit said, and what was before, the newest first. */
export const ShownThresholds = Type.Object({
  mode: ThresholdMode,
  /** Null: the gateway's own. */
  act: Type.Union([Type.Number(), Type.Null()]),
  fit: Type.Union([ThresholdFit, Type.Null()]),
  changes: Type.Array(Type.Object(change)),
});
export type ShownThresholds = Static<typeof ShownThresholds>;

/** What is asked of the flywheel about the bar of acting. */
export const ThresholdsRequest = Type.Union([
  Type.Object({ do: Type.Literal("show-thresholds") }),
  Type.Object({ do: Type.Literal("fit-thresholds"), by: Type.String() }),
  Type.Object({
    do: Type.Literal("switch-thresholds"),
    mode: TextEnum(["on", "off"]),
    by: Type.String(),
  }),
  Type.Object({ do: Type.Literal("roll-back-thresholds"), by: Type.String() }),
]);
export type ThresholdsRequest = Static<typeof ThresholdsRequest>;

import { type Static, Type } from "typebox";

/** The confidence table of one tenant. */
export const Thresholds = Type.Object({
  show: Type.Number({ minimum: 0, maximum: 1, description: "Candidates are shown from here up." }),
  act: Type.Number({ minimum: 0, maximum: 1, description: "Enter runs the leader above this." }),
});
export type Thresholds = Static<typeof Thresholds>;

/** Nothing acts below this, whatever was fitted. */
export const ACT_FLOOR = 0.7;

export const DEFAULT_THRESHOLDS: Thresholds = { show: 0.6, act: 0.85 };
export const STRICT_THRESHOLDS: Thresholds = { show: 0.7, act: 0.9 };

/** What one socket may do. Sent in `session-start`, enforced by the gateway. */
export const SessionLimits = Type.Object({
  frameBytesMax: Type.Integer(),
  textCharactersMax: Type.Integer(),
  framesPerSecondMax: Type.Integer(),
  turnsInFlightMax: Type.Integer(),
  resumeWindowMs: Type.Integer(),
});
export type SessionLimits = Static<typeof SessionLimits>;

import type { GateRules } from "@lilux/core/rollout";

/**
 * What a candidate has to be, besides better than the live model. `act`: of what Enter would run at
 * once, 95 in 100 right, as the shipped threshold promises at least; the others are what a router is
 * of use from at all, and `none` what keeps it from taking talk for orders.
 */
const FLOORS = { all: 0.5, act: 0.95, none: 0.6 } as const;

/** As much worse as chance makes a stratum of some dozens of lines now and then. */
const DROP_MAX = 0.05;

/** Fewer cases say nothing of a stratum for itself. */
const STRATUM_MIN = 20;

export function gateRules(settings: { confidence: number; casesMin: number }): GateRules {
  const { confidence, casesMin } = settings;
  const stratumMin = Math.min(STRATUM_MIN, casesMin);
  return { confidence, casesMin, stratumMin, floors: FLOORS, dropMax: DROP_MAX };
}

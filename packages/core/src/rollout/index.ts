export { chanceOfWin, type DifferenceInterval, differenceInterval } from "./compare-paired.ts";
export { type ActThreshold, fitActThreshold, type ThresholdTurn } from "./fit-act-threshold.ts";
export { isInShare } from "./in-share.ts";
export {
  CANARY_RULES,
  type CanaryRules,
  type CanaryVerdict,
  type JudgedTurn,
  judgeCanary,
  type StopReason,
} from "./judge-canary.ts";
export { type GateCase, type GateRules, type GateVerdict, judgeGate } from "./judge-gate.ts";
export { lowerBound, upperBound } from "./proportion-bounds.ts";

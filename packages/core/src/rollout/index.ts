export { fitActThreshold, type ThresholdTurn, turnsToSaySo } from "./fit-act-threshold.ts";
export { isInShare } from "./in-share.ts";
export { type CanaryVerdict, type JudgedTurn, judgeCanary } from "./judge-canary.ts";
export { type GateCase, type GateRules, judgeGate } from "./judge-gate.ts";
export { lowerBound, upperBound } from "./proportion-bounds.ts";
export { seededRandom } from "./seeded-random.ts";

export { confidenceOnEnter } from "./confidence-on-enter.ts";
export { decidePath } from "./decide-path.ts";
export {
  type DecisionCalibration,
  type DecisionForm,
  UNFITTED,
} from "./decision-calibration.ts";
export { enterEffect } from "./enter-effect.ts";
export { type DecisionSample, fitDecision, SAMPLES_MIN } from "./fit-decision.ts";
export { fuseDecision } from "./fuse-decision.ts";

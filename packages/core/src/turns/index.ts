export { confidenceOnEnter } from "./confidence-on-enter.ts";
export { decidePath } from "./decide-path.ts";
export {
  type DecisionForm,
  decisionCalibration,
} from "./decision-calibration.ts";
export { enterEffect } from "./enter-effect.ts";
export { fuseDecision } from "./fuse-decision.ts";

export { callOfStep } from "./call-of-step.ts";
export { describeCall } from "./describe-call.ts";
export { digestCall } from "./digest-call.ts";
export { effectOfCall } from "./effect-of-call.ts";
export { fillPlaceholders } from "./fill-placeholders.ts";
export { isDeeperThan, JSON_DEPTH_MAX } from "./is-deeper-than.ts";
export { itemNameProblem } from "./item-name-problem.ts";
export { normalizeItemType } from "./normalize-item-type.ts";
export { type ItemReference, isSameItem, itemOfCall } from "./same-item.ts";
export {
  type CheckSchema,
  type InputProblem,
  isMissing,
  type ValidatedInputs,
  validateInputs,
} from "./validate-inputs.ts";

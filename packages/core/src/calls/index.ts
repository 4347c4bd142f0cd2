export { describeCall } from "./describe-call.ts";
export { digestCall } from "./digest-call.ts";
export { effectOfCall } from "./effect-of-call.ts";

export { describeCall } from "./describe-call.ts";
export { digestCall } from "./digest-call.ts";
export { effectOfCall } from "./effect-of-call.ts";
export { isDeeperThan, JSON_DEPTH_MAX } from "./is-deeper-than.ts";

export { callOfWords } from "./call-of-words.ts";
export { describeCall } from "./describe-call.ts";
export { digestCall } from "./digest-call.ts";
export { digestJson } from "./digest-json.ts";
export { effectOfCall } from "./effect-of-call.ts";

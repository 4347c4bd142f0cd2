export { canonicalJson } from "./canonical-json.ts";
export { isDeeperThan, JSON_DEPTH_MAX } from "./is-deeper-than.ts";
export { keepsDigits } from "./keeps-digits.ts";
export { readJson, readJsonAsText } from "./read-json.ts";

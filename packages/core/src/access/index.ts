export { type Answerer, type MayAnswer, mayAnswer, type Question } from "./may-answer.ts";
export { verbOfCall } from "./verb-of-call.ts";
export {
  OPERATOR_VERBS,
  ROLE_VERBS,
  SCOPE_VERBS,
  UNDIVIDED_VERBS,
  verbsOfKey,
  verbsOfRole,
} from "./verbs-of.ts";

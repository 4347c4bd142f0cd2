export { carriedSettings } from "./carried-settings.ts";
export { lowerConsent } from "./lower-consent.ts";
export { mayAnswer, type Question } from "./may-answer.ts";
export { verbOfCall } from "./verb-of-call.ts";
export { verbOfRegistryOrder } from "./verb-of-registry-order.ts";
export { OPERATOR_VERBS, UNDIVIDED_VERBS, verbsOfKey, verbsOfRole } from "./verbs-of.ts";

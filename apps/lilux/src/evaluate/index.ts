export { asPlainRequest } from "./as-plain-request.ts";
export { chance } from "./chance.ts";
export { toSummary } from "./dataset.ts";
export { rankItems } from "./rank-items.ts";
export { rememberingModel } from "./remembering-model.ts";

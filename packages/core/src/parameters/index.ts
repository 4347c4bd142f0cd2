export { isWholeCall } from "./is-whole-call.ts";
export { type ParameterTarget, type ReadParameters, readParameters } from "./read-parameters.ts";
export { valueKindOf } from "./value-kind.ts";

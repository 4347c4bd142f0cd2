export { isWholeCall } from "./is-whole-call.ts";
export { openLine } from "./open-line.ts";
export type { ParameterTarget } from "./parameter-target.ts";
export { type ReadParameters, readParameters } from "./read-parameters.ts";
export type { NearestChoice } from "./take-choices-by-meaning.ts";
export { confidenceOfReading } from "./value-confidence.ts";
export { valueKindOf } from "./value-kind.ts";

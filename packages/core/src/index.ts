export { abortError, deadlineSignal, untilAborted } from "./deadline.ts";
export { decidePath, type PathQuestion } from "./decide-path.ts";
export { describeCall } from "./describe-call.ts";
export {
  DETAIL_FULL_ABOVE,
  DETAIL_INPUTS_FROM,
  type Detail,
  detailOfScore,
} from "./detail-of-score.ts";
export { digestCall } from "./digest-call.ts";
export { effectOfCall } from "./effect-of-call.ts";
export { foldText } from "./fold-text.ts";
export type { LexicalDocument } from "./lexical-fields.ts";
export {
  createLexicalIndex,
  type LexicalHit,
  type LexicalIndex,
  type LexicalQuery,
} from "./lexical-index.ts";
export { type Log, SILENT_LOG } from "./log.ts";
export { splitIdentifier } from "./split-identifier.ts";
export { stemWord } from "./stem-word.ts";
export {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "./trace-context.ts";

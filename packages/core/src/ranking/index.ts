export { answerLine, chooseCalls } from "./answer-line.ts";
export { CALL_FEATURES, weighsTokens } from "./call-feature-names.ts";
export { callFeatures } from "./call-features.ts";
export { type CallRanker, createCallRanker, createUtilities, PRIOR_RANKER } from "./call-ranker.ts";
export {
  keyOfSignature,
  NO_CALL_SIGNATURE,
  signatureOf,
  signatureOfCall,
} from "./call-signature.ts";
export { mentionOf } from "./item-mention.ts";
export type { ItemEvidence, LineEvidence, NearLesson, PhraseCloseness } from "./line-evidence.ts";
export type { LineReading } from "./line-reading.ts";
export { matchItems } from "./match-items.ts";
export { proposeCalls } from "./propose-calls.ts";
export { sizeOf } from "./rank-calls.ts";
export type { RankedCalls } from "./ranked-calls.ts";
export {
  followLeader,
  isSettled,
  isTypedOn,
  type LeaderTrail,
  leaderName,
  SETTLE_AFTER_MS,
} from "./settle-leader.ts";

export {
  CALL_FEATURES,
  type CallFeature,
  callFeatures,
} from "./call-features.ts";
export {
  type CallRanker,
  createCallRanker,
  type HiddenLayer,
  PRIOR_RANKER,
  type RankerSettings,
  type TemperatureBand,
} from "./call-ranker.ts";
export { candidatesToShow } from "./candidates-to-show.ts";
export { confidenceOnEnter } from "./confidence-on-enter.ts";
export { type ExtractedQuery, extractQueries } from "./extract-query.ts";
export { type ItemMention, isOneTypoApart, type MentionLine, mentionOf } from "./item-mention.ts";
export type { ItemEvidence, LineEvidence, Proposal } from "./line-evidence.ts";
export type { LineReading } from "./line-reading.ts";
export { proposeCalls } from "./propose-calls.ts";
export { type RankedCalls, rankCalls, sizeOf } from "./rank-calls.ts";
export {
  followLeader,
  isSettled,
  isTypedOn,
  type LeaderTrail,
  leaderName,
  SETTLE_AFTER_MS,
} from "./settle-leader.ts";
export {
  isStable,
  type Leading,
  nextLeading,
  STABLE_AFTER_MS,
  STABLE_PREDICTIONS,
} from "./stable-leader.ts";

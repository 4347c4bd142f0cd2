export {
  CALL_FEATURES,
  type CallFeature,
  callFeatures,
} from "./call-features.ts";
export { callOfStep } from "./call-of-step.ts";
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
export { contextStateOf } from "./context-state.ts";
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
export { EmbeddingMatrix } from "./embedding-matrix.ts";
export { type ExtractedQuery, extractQueries } from "./extract-query.ts";
export { fillPlaceholders } from "./fill-placeholders.ts";
export { foldText } from "./fold-text.ts";
export { fuseScores, MEANING_ALONE_MIN } from "./fuse-scores.ts";
export { grantedPrimitives } from "./granted-primitives.ts";
export { intersectGrants } from "./intersect-grants.ts";
export { isDeeperThan, JSON_DEPTH_MAX } from "./is-deeper-than.ts";
export { type ItemMention, isOneTypoApart, type MentionLine, mentionOf } from "./item-mention.ts";
export { itemNameProblem } from "./item-name-problem.ts";
export { type ItemTextParts, itemTextOf } from "./item-text.ts";
export { bandOf, type JudgedLeader, judgeLeader } from "./judge-leader.ts";
export { createLatestWins, type LatestWins } from "./latest-wins.ts";
export type { LexicalDocument } from "./lexical-fields.ts";
export {
  createLexicalIndex,
  type LexicalHit,
  type LexicalIndex,
  type LexicalQuery,
} from "./lexical-index.ts";
export { createLibrarySignals, type LibrarySignals } from "./library-signals.ts";
export type { ItemEvidence, LineEvidence, Proposal } from "./line-evidence.ts";
export type { LineReading } from "./line-reading.ts";
export { type Log, SILENT_LOG } from "./log.ts";
export { matchesGlob } from "./matches-glob.ts";
export {
  CANDIDATE_SCORE_MIN,
  CANDIDATES_MAX,
  type HeldCandidate,
  mergeCandidates,
} from "./merge-candidates.ts";
export { normalizeItemType } from "./normalize-item-type.ts";
export {
  type PermissionAnswer,
  type PermissionQuestion,
  permitsCall,
} from "./permits-call.ts";
export {
  planRecovery,
  type RecoveryInput,
  type RecoveryPlan,
  type StoredEvents,
  type UnendedTurn,
} from "./plan-recovery.ts";
export { proposeCalls } from "./propose-calls.ts";
export { type QuantisedEmbedding, quantise } from "./quantised-embedding.ts";
export { type RankedCalls, rankCalls, sizeOf } from "./rank-calls.ts";
export { createRetelling, type Retelling } from "./retell-turn.ts";
export { type ItemReference, isSameItem, itemOfCall } from "./same-item.ts";
export {
  followLeader,
  isSettled,
  isTypedOn,
  type LeaderTrail,
  leaderName,
  SETTLE_AFTER_MS,
} from "./settle-leader.ts";
export { splitIdentifier } from "./split-identifier.ts";
export {
  isStable,
  type Leading,
  nextLeading,
  STABLE_AFTER_MS,
  STABLE_PREDICTIONS,
} from "./stable-leader.ts";
export { stemWord } from "./stem-word.ts";
export { createTokenBucket, type TokenBucket } from "./token-bucket.ts";
export {
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from "./trace-context.ts";
export { createRepetitionTrimmer, type RepetitionTrimmer } from "./trim-repetition.ts";
export {
  afterAnswer,
  afterTelling,
  mayRunAgain,
  NOTHING_TOLD,
  type ToldCall,
  type TurnTold,
} from "./turn-told.ts";
export {
  type CheckSchema,
  type InputProblem,
  isMissing,
  type ValidatedInputs,
  validateInputs,
} from "./validate-inputs.ts";
export { readWarmSignals, WARM_ABOVE, WARM_TURNS, type WarmSignals } from "./warm-signals.ts";

export { decidePath, type PathQuestion } from "./decide-path.ts";
export { bandOf, type JudgedLeader, judgeLeader } from "./judge-leader.ts";
export {
  planRecovery,
  type RecoveryInput,
  type RecoveryPlan,
  type StoredEvents,
  type UnendedTurn,
} from "./plan-recovery.ts";
export { createRetelling, type Retelling } from "./retell-turn.ts";
export { createRepetitionTrimmer, type RepetitionTrimmer } from "./trim-repetition.ts";
export {
  afterAnswer,
  afterTelling,
  mayRunAgain,
  NOTHING_TOLD,
  type ToldCall,
  type TurnTold,
} from "./turn-told.ts";

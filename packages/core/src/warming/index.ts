export { createHabitBook, type HabitBook, type Step } from "./habit-book.ts";
export {
  type LikelyItem,
  type LikelyNext,
  likelyNext,
  WARM_PLACES,
  WARM_WEIGHTS,
} from "./likely-next.ts";
export {
  NO_HABITS,
  WARM_FEATURES,
  type WarmFeature,
  type WarmHabits,
  type WarmLibrary,
  type WarmQuestion,
  type WarmWeights,
  warmFeatures,
} from "./warm-features.ts";
export {
  addEvidence,
  EMPTY_MEMORY,
  fadeMemory,
  type KeyScores,
  type TurnEvidence,
  type WorkMemory,
} from "./work-memory.ts";

export { createHabitBook, type HabitBook } from "./habit-book.ts";
export { type LikelyItem, type LikelyNext, likelyNext } from "./likely-next.ts";
export {
  NO_HABITS,
  WARM_FEATURES,
  type WarmFeature,
  type WarmHabits,
  type WarmLibrary,
  type WarmQuestion,
  warmFeatures,
} from "./warm-features.ts";
export {
  addEvidence,
  EMPTY_MEMORY,
  fadeMemory,
  type KeyScores,
  type WorkMemory,
} from "./work-memory.ts";

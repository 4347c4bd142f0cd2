export { contextStateOf } from "./context-state.ts";
export { createLibrarySignals, type LibrarySignals } from "./library-signals.ts";
export {
  CANDIDATE_SCORE_MIN,
  CANDIDATES_MAX,
  type HeldCandidate,
  mergeCandidates,
} from "./merge-candidates.ts";
export { readWarmSignals, WARM_ABOVE, WARM_TURNS, type WarmSignals } from "./warm-signals.ts";

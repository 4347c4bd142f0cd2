import type { Candidate } from "@lilux/protocol";
import { lineExcess } from "./line-excess.ts";
import type {
  ConfirmEntry,
  ShownCandidate,
  ShownPrediction,
  TerminalState,
  Turn,
} from "./terminal-state.ts";

/** Whether the prediction is for exactly the line as it stands. */
export function isCurrent(state: TerminalState): boolean {
  return state.prediction !== null && state.prediction.seq === state.line.seq;
}

/**
 * The candidates that may be committed: all of them once the leader reaches
 * `show`, none below it (the confidence policy).
 */
export function shownCandidates(state: TerminalState): ShownCandidate[] {
  const candidates = state.prediction?.candidates ?? [];
  const leader = candidates[0];
  if (leader === undefined || leader.confidence < state.thresholds.show) return NONE;
  return candidates;
}

/** The likeliest call of a list that is too doubtful to be offered, so that the page says how close it was. */
export function closestGuess(state: TerminalState): Candidate | null {
  return isCurrent(state) && shownCandidates(state).length === 0
    ? (state.prediction?.closest ?? null)
    : null;
}

/** Whether a bare digit commits a rank now rather than being typed. */
export function digitsCommit(state: TerminalState): boolean {
  return (
    state.line.settled &&
    isCurrent(state) &&
    shownCandidates(state).length > 0 &&
    // After a space a number is being typed: "top 10", "first 5".
    /[\p{L}\p{M}]$/u.test(state.line.text)
  );
}

/** Whether the server would refuse the line for its length. */
export function isTooLong({ line, limits }: TerminalState): boolean {
  return lineExcess(line.text, limits) !== null;
}

/** The oldest unanswered confirm: the one that has the focus. */
export function openConfirm(state: TerminalState): { turn: Turn; entry: ConfirmEntry } | null {
  for (const turn of [...state.turns].reverse()) {
    const entry = turn.entries.find(
      (entry): entry is ConfirmEntry => entry.kind === "confirm" && entry.answer === null,
    );
    if (entry !== undefined) return { turn, entry };
  }
  return null;
}

/** The newest turn that has not ended: what Esc cancels. */
export function runningTurn(state: TerminalState): Turn | null {
  return state.turns.find(({ phase }) => phase !== "ended") ?? null;
}

export function degradedOf(prediction: ShownPrediction | null): string[] {
  return (prediction?.degraded ?? []).map((what) => DEGRADED[what]);
}

const NONE: ShownCandidate[] = [];

const DEGRADED = {
  router_unavailable: "the router does not answer",
  context_unavailable: "warm context is unavailable",
  library_unavailable: "the library cannot be reached",
  library_loading: "the library is still loading",
} as const;

import type { ContextWarmed, ErrorFrame, PredictionFrame, ServerFrame } from "@lilux/protocol";
import { budgetSentence } from "../text/budget-sentence.ts";
import { announce } from "./announce.ts";
import { settleApproval, takeApproval } from "./reduce-approvals.ts";
import { applyTurnEvent } from "./reduce-turn.ts";
import { rowsOf } from "./rows.ts";
import { shownCandidates } from "./selectors.ts";
import { LATENCIES_MAX, type TerminalState, type Turn } from "./terminal-state.ts";

/** What a frame of the server changes. */
export function reduceFrame(
  state: TerminalState,
  frame: ServerFrame,
  roundTripMs: number | null,
): TerminalState {
  switch (frame.type) {
    case "session-start":
      return {
        ...state,
        thresholds: frame.thresholds,
        limits: {
          textCharactersMax: frame.limits.textCharactersMax,
          frameBytesMax: frame.limits.frameBytesMax,
        },
        notice: null,
        // What still waits is told again over each connection.
        approvals: [],
        turns: frame.recovered ? state.turns : state.turns.map(lostWithItsSession),
        ...(frame.recovered
          ? {}
          : { context: freshContext(), prediction: null, held: null, active: null }),
      };
    case "prediction":
      return takePrediction(state, frame, roundTripMs);
    case "context-warmed":
      return warmContext(state, frame);
    case "approval-request":
      return takeApproval(state, frame);
    case "approval-settled":
      return settleApproval(state, frame);
    case "budget-notice":
      return announce({ ...state, budgets: [...state.budgets, frame] }, budgetSentence(frame));
    case "error":
      return takeError(state, frame);
    case "turn-accepted":
    case "turn-start":
    case "call-start":
    case "call-progress":
    case "call-end":
    case "confirm-request":
    case "plan-update":
    case "text-delta":
    case "thought-delta":
    case "turn-end":
      return applyTurnEvent(state, frame);
  }
}

/**
 * A prediction older than the one shown never replaces it, and none is shown
 * for a line that has since been emptied or committed.
 */
function takePrediction(
  state: TerminalState,
  frame: PredictionFrame,
  roundTripMs: number | null,
): TerminalState {
  const latencies =
    roundTripMs === null
      ? state.latencies
      : [...state.latencies, { routeMs: frame.routeMs, roundTripMs }].slice(-LATENCIES_MAX);
  const context =
    state.context.state === frame.context
      ? state.context
      : { ...state.context, state: frame.context };
  const older = state.prediction !== null && frame.seq < state.prediction.seq;
  if (older || state.line.text.trim() === "") return { ...state, latencies, context };
  const { predictionId, seq, candidates, enter = null, closest = null, degraded = [] } = frame;
  // What cannot be answered now takes nothing away that was there to look at.
  const isAway = degraded.includes("router_unavailable");
  const matches = frame.matches ?? (isAway ? (state.prediction?.matches ?? []) : []);
  const next = {
    ...state,
    latencies,
    context,
    held: heldLeader(state, frame),
    prediction: { predictionId, seq, candidates, enter, closest, matches, degraded },
  };
  const active = state.active !== null && state.active < rowsOf(next).length ? state.active : null;
  return { ...next, active };
}

/** The page before this one had sent it, and its end can no longer be known here. */
function lostWithItsSession(turn: Turn): Turn {
  if (turn.isRestored !== true || turn.phase === "ended") return turn;
  const message =
    "The session could not be gone on with. The turn was stored and may have run; its end is not known here.";
  return {
    ...turn,
    phase: "ended",
    outcome: "interrupted",
    error: { code: "interrupted", message, retryable: false },
  };
}

/** The leader that was shown stays, dimmed, until another one is. */
function heldLeader(state: TerminalState, { candidates }: PredictionFrame): TerminalState["held"] {
  if ((candidates[0]?.confidence ?? 0) >= state.thresholds.show) return null;
  return shownCandidates(state)[0] ?? state.held;
}

function warmContext(state: TerminalState, frame: ContextWarmed): TerminalState {
  const { candidates, confidence, domain } = frame;
  const next = { ...state, context: { state: frame.state, candidates, confidence, domain } };
  if (frame.state === state.context.state) return next;
  return announce(next, `Context is ${frame.state}${domain === null ? "" : `: ${domain}`}.`);
}

/** An error of a turn ends it only while it was not accepted; its own turn-end tells the rest. */
function takeError(state: TerminalState, frame: ErrorFrame): TerminalState {
  const { code, message, retryable, details } = frame;
  const error = { code, message, retryable, ...(details === undefined ? {} : { details }) };
  const turn = state.turns.find(({ turnId }) => turnId === frame.turnId);
  if (turn === undefined) return announce({ ...state, notice: error }, message);
  // The first sending arrived after all, and its events come.
  if (turn.phase !== "sending" || code === "duplicate_turn") return state;
  return applyTurnEvent(state, {
    type: "turn-end",
    turnId: turn.turnId,
    outcome: "failed",
    error,
  });
}

function freshContext(): TerminalState["context"] {
  return { state: "cold", domain: null, confidence: null, candidates: [] };
}

import { callText } from "../text/call-parts.ts";
import { formatPercent } from "../text/format.ts";
import type { Action } from "./action.ts";
import { announce } from "./announce.ts";
import { lineExcess } from "./line-excess.ts";
import { isCurrent, shownCandidates } from "./selectors.ts";
import { INPUTS_MAX, type TerminalState, TURNS_MAX, type Turn } from "./terminal-state.ts";

/** A keystroke. The list stays as it is until the next prediction, so that nothing jumps. */
export function changeLine(state: TerminalState, text: string, seq: number): TerminalState {
  const line = { text, seq, settled: false, walk: null, draft: "" };
  // None will come for a line that is not sent.
  const unread = text.trim() === "" || lineExcess(text, state.limits) !== null;
  if (unread) return { ...state, line, prediction: null, active: null };
  return { ...state, line, active: null };
}

/** Typing paused: the moment to read the leader out, rather than at every key. */
export function settleLine(state: TerminalState, seq: number): TerminalState {
  if (state.line.seq !== seq || state.line.settled) return state;
  const settled = { ...state, line: { ...state.line, settled: true } };
  const leader = shownCandidates(settled)[0];
  if (leader === undefined || !isCurrent(settled)) return settled;
  const sure = formatPercent(leader.confidence);
  return announce(settled, `Tab runs ${callText(leader.call)}, ${sure} sure.`);
}

/** ↑ and ↓ among the committed lines; the draft is kept and comes back at the end. */
export function walkInputs(
  state: TerminalState,
  { to, text, seq }: Extract<Action, { type: "inputs-walked" }>,
): TerminalState {
  const draft = state.line.walk === null ? state.line.text : state.line.draft;
  const line = { text, seq, settled: false, walk: to, draft };
  const prediction = text.trim() === "" ? null : state.prediction;
  return { ...state, line, prediction, active: null };
}

export function walkCandidates(state: TerminalState, to: number | null): TerminalState {
  const count = state.prediction?.candidates.length ?? 0;
  if (to === null || count === 0) return { ...state, active: null };
  return { ...state, active: Math.max(0, Math.min(to, count - 1)) };
}

/** The line became a turn: it moves to the top of the history, and the line is empty again. */
export function commitTurn(
  state: TerminalState,
  { turnId, kind, text, chosen }: Extract<Action, { type: "turn-committed" }>,
): TerminalState {
  const turn: Turn = {
    turnId,
    text,
    kind,
    chosen,
    phase: "sending",
    path: null,
    entries: [],
    steps: [],
    thoughts: null,
    outcome: null,
    error: null,
    usage: null,
    rating: null,
  };
  const inputs = state.inputs.at(-1) === text ? state.inputs : [...state.inputs, text];
  const next: TerminalState = {
    ...state,
    line: { text: "", seq: state.line.seq, settled: false, walk: null, draft: "" },
    prediction: null,
    active: null,
    notice: null,
    turns: [turn, ...state.turns].slice(0, TURNS_MAX),
    inputs: inputs.slice(-INPUTS_MAX),
  };
  return state.connection.phase === "open"
    ? next
    : announce(next, "Kept. It is sent as soon as the connection is back.");
}

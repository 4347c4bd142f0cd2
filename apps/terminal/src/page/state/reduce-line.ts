import type { Call } from "@lilux/protocol";
import { callText } from "../text/call-parts.ts";
import { formatPercent } from "../text/format.ts";
import { acceptLabel } from "./accept-key.ts";
import type { Action } from "./action.ts";
import { announce } from "./announce.ts";
import { lineExcess } from "./line-excess.ts";
import { rowsOf } from "./rows.ts";
import { isCurrent, shownCandidates } from "./selectors.ts";
import { INPUTS_MAX, type TerminalState, TURNS_MAX, type Turn } from "./terminal-state.ts";

/** A keystroke. The list stays as it is until the next prediction, so that nothing jumps. */
export function changeLine(state: TerminalState, text: string, seq: number): TerminalState {
  const line = { text, seq, settled: false, walk: null, draft: "" };
  // None will come for a line that is not sent.
  const unread = text.trim() === "" || lineExcess(text, state.limits) !== null;
  const next = { ...state, line, active: null, recentsOpen: false };
  if (unread) return { ...next, prediction: null, held: null };
  return isTypedOn(state.line.text, text) ? next : { ...next, held: null };
}

/** Typing paused: the moment to read the leader out, rather than at every key. */
export function settleLine(state: TerminalState, seq: number): TerminalState {
  if (state.line.seq !== seq || state.line.settled) return state;
  const pausing = { ...state, line: { ...state.line, settled: true } };
  const settled = isHeldStill(pausing) ? pausing : { ...pausing, held: null };
  const leader = shownCandidates(settled)[0];
  if (leader === undefined || !isCurrent(settled)) return settled;
  const sure = formatPercent(leader.confidence);
  return announce(
    settled,
    `${acceptLabel(state.acceptKey)} runs ${callText(leader.call)}, ${sure} sure.`,
  );
}

/** ↑ and ↓ among the committed lines; the draft is kept and comes back at the end. */
export function walkInputs(
  state: TerminalState,
  { to, text, seq }: Extract<Action, { type: "inputs-walked" }>,
): TerminalState {
  const draft = state.line.walk === null ? state.line.text : state.line.draft;
  const line = { text, seq, settled: false, walk: to, draft };
  const prediction = text.trim() === "" ? null : state.prediction;
  return { ...state, line, prediction, held: null, active: null, recentsOpen: false };
}

export function walkCandidates(state: TerminalState, to: number | null): TerminalState {
  const count = rowsOf(state).length;
  if (to === null || count === 0) return { ...state, active: null };
  return { ...state, active: Math.max(0, Math.min(to, count - 1)) };
}

/** The line became a turn: it moves to the top of the history, and the line is empty again. */
export function commitTurn(
  state: TerminalState,
  { turnId, kind, text, chosen, at }: Extract<Action, { type: "turn-committed" }>,
): TerminalState {
  const turn: Turn = { ...NEW_TURN, entries: [], steps: [], turnId, text, kind, chosen };
  const next = withTurn(state, turn, at);
  return state.connection.phase === "open"
    ? next
    : announce(next, "Kept. It is sent as soon as the connection is back.");
}

/** The page answered the line by itself. */
export function browse(
  state: TerminalState,
  { turnId, text, wish, at }: Extract<Action, { type: "browsed" }>,
): TerminalState {
  const turn: Turn = {
    ...NEW_TURN,
    steps: [],
    turnId,
    text,
    phase: "ended",
    outcome: "completed",
    entries: [{ kind: "library", wish }],
    isLocal: true,
  };
  return announce(withTurn(state, turn, at), "Listed.");
}

function withTurn(state: TerminalState, turn: Turn, at: number): TerminalState {
  const { text } = turn;
  const isRepeat = state.inputs.at(-1)?.text === text;
  const inputs = isRepeat ? state.inputs.slice(0, -1) : state.inputs;
  return {
    ...state,
    line: { text: "", seq: state.line.seq, settled: false, walk: null, draft: "" },
    prediction: null,
    held: null,
    active: null,
    recentsOpen: false,
    notice: null,
    turns: [turn, ...state.turns].slice(0, TURNS_MAX),
    inputs: [...inputs, { text, at }].slice(-INPUTS_MAX),
  };
}

/** At a pause a leader that gave way is still told of while it is the closest guess. */
function isHeldStill({ held, prediction }: TerminalState): boolean {
  const closest = prediction?.closest?.call;
  return held !== null && closest !== undefined && callName(held.call) === callName(closest);
}

function callName({ name, arguments: { item_type, ...rest } }: Call): string {
  return [name, item_type, "item_id" in rest ? rest.item_id : ""].join(" ");
}

/** More characters at a time than fingers type are pasted: a line of their own. */
const TYPED_AT_ONCE_MAX = 4;

function isTypedOn(before: string, text: string): boolean {
  const isOneOfTwo = text.startsWith(before) || before.startsWith(text);
  return isOneOfTwo && Math.abs(text.length - before.length) <= TYPED_AT_ONCE_MAX;
}

const NEW_TURN = {
  kind: "submit",
  chosen: null,
  phase: "sending",
  path: null,
  thoughts: null,
  outcome: null,
  error: null,
  usage: null,
  rating: null,
} as const;

import type {
  CallEnd,
  PlanStep,
  ThoughtDelta,
  TurnAccepted,
  TurnEnd,
  TurnEvent,
  TurnOutcome,
  Usage,
} from "@lilux/protocol";
import { callOutcome } from "../text/call-outcome.ts";
import type { Action } from "./action.ts";
import { announce } from "./announce.ts";
import { sayEvent } from "./say-event.ts";
import {
  type CallEntry,
  type Entry,
  type TerminalState,
  type Thoughts,
  TURN_TEXT_CHARACTERS_MAX,
  TURNS_MAX,
  type Turn,
} from "./terminal-state.ts";

/** What an event of a turn changes. Only that turn's object is replaced. */
export function applyTurnEvent(
  state: TerminalState,
  event: TurnEvent | TurnAccepted,
): TerminalState {
  const known = state.turns.find(({ turnId }) => turnId === event.turnId);
  // Thoughts come beside the order of events: of a turn that nobody knows here they say nothing.
  if (known === undefined && event.type === "thought-delta") return state;
  const before = known ?? unseenTurn(event.turnId);
  const after = reduceTurn(before, event);
  if (after === before) return state;
  const turns =
    known === undefined
      ? [after, ...state.turns].slice(0, TURNS_MAX)
      : state.turns.map((turn) => (turn === before ? after : turn));
  const next = { ...state, turns };
  const said = sayEvent(event);
  return said === null ? next : announce(next, said);
}

export function answerConfirm(
  state: TerminalState,
  { turnId, callId, approve }: Extract<Action, { type: "confirm-answered" }>,
): TerminalState {
  const answer = approve ? "yes" : "no";
  const turns = changeTurn(state, turnId, (turn) => ({
    ...turn,
    entries: turn.entries.map((entry) =>
      entry.kind === "confirm" && entry.callId === callId && entry.answer === null
        ? { ...entry, answer }
        : entry,
    ),
  }));
  return announce(turns, approve ? "Approved." : "Declined. The call does not run.");
}

export function rateTurn(
  state: TerminalState,
  turnId: string,
  rating: "up" | "down",
): TerminalState {
  return changeTurn(state, turnId, (turn) => ({ ...turn, rating }));
}

function changeTurn(
  state: TerminalState,
  turnId: string,
  change: (turn: Turn) => Turn,
): TerminalState {
  return {
    ...state,
    turns: state.turns.map((turn) => (turn.turnId === turnId ? change(turn) : turn)),
  };
}

function reduceTurn(turn: Turn, event: TurnEvent | TurnAccepted): Turn {
  if (turn.phase === "ended") return turn;
  switch (event.type) {
    case "turn-accepted":
      return { ...turn, phase: "accepted" };
    case "turn-start":
      return { ...turn, phase: "running", path: event.path };
    case "call-start":
      return withEntry(turn, {
        kind: "call",
        callId: event.callId,
        call: event.call,
        state: "running",
      });
    case "call-progress":
      return changeRunning(turn, event.callId, (entry) => ({ ...entry, progress: event.text }));
    case "call-end":
      return endCall(turn, event);
    case "confirm-request":
      return withEntry(turn, {
        kind: "confirm",
        callId: event.callId,
        call: event.call,
        effect: event.effect,
        reason: event.reason,
        answer: null,
        ...(event.waitsFor === undefined ? {} : { isOthers: true }),
      });
    case "plan-update":
      return { ...turn, steps: event.steps };
    case "text-delta":
      return addText(turn, event.text);
    case "thought-delta":
      return addThought(turn, event);
    case "turn-end":
      return endTurn(turn, event);
  }
}

function withEntry(turn: Turn, entry: Entry): Turn {
  return { ...turn, phase: "running", entries: [...turn.entries, entry] };
}

function endCall(turn: Turn, event: CallEnd): Turn {
  const { callId, result, error, durationMs } = event;
  const state = callOutcome(event);
  return changeRunning(turn, callId, ({ kind, call }) => {
    return { kind, callId, call, state, result, error, durationMs };
  });
}

function changeRunning(turn: Turn, callId: string, change: (entry: CallEntry) => CallEntry): Turn {
  const entries = turn.entries.map((entry) =>
    entry.kind === "call" && entry.callId === callId && entry.state === "running"
      ? change(entry)
      : entry,
  );
  return { ...turn, entries };
}

/** Text goes on where the last text stopped; after a call it begins a new paragraph. */
function addText(turn: Turn, text: string): Turn {
  const last = turn.entries.at(-1);
  if (last?.kind !== "text") return withEntry(turn, { kind: "text", text });
  if (last.text.length >= TURN_TEXT_CHARACTERS_MAX) return turn;
  const joined = (last.text + text).slice(0, TURN_TEXT_CHARACTERS_MAX);
  return { ...turn, entries: [...turn.entries.slice(0, -1), { kind: "text", text: joined }] };
}

function addThought(turn: Turn, { text, tokens }: ThoughtDelta): Turn {
  const joined = ((turn.thoughts?.text ?? "") + text).slice(0, TURN_TEXT_CHARACTERS_MAX);
  return { ...turn, phase: "running", thoughts: { text: joined, tokens } };
}

/** What was open when the turn ended cannot end any more: no spinner outlives its turn. */
function endTurn(turn: Turn, event: TurnEnd): Turn {
  const entries = turn.entries.map((entry): Entry => {
    if (entry.kind === "call" && entry.state === "running") return { ...entry, state: "stopped" };
    if (entry.kind === "confirm" && entry.answer === null) return { ...entry, answer: "void" };
    return entry;
  });
  return {
    ...turn,
    entries,
    steps: turn.steps.map((step) => settleStep(step, event.outcome)),
    phase: "ended",
    outcome: event.outcome,
    error: event.error ?? null,
    thoughts: counted(turn.thoughts, event.usage),
    usage: event.usage ?? null,
  };
}

/** The server's own count is the last word. */
function counted(thoughts: Thoughts | null, usage: Usage | undefined): Thoughts | null {
  return thoughts && { ...thoughts, tokens: usage?.thoughtTokens ?? thoughts.tokens };
}

/** A step that was under way failed with its turn, or was left when the turn stopped. */
function settleStep(step: PlanStep, outcome: TurnOutcome): PlanStep {
  if (outcome === "completed") return step;
  if (step.state === "running") {
    return { ...step, state: outcome === "failed" ? "failed" : "skipped" };
  }
  return step.state === "pending" ? { ...step, state: "skipped" } : step;
}

/** A turn of this session that was committed before this page was opened. */
function unseenTurn(turnId: string): Turn {
  return {
    turnId,
    text: "",
    kind: "submit",
    chosen: null,
    phase: "accepted",
    path: null,
    entries: [],
    steps: [],
    thoughts: null,
    outcome: null,
    error: null,
    usage: null,
    rating: null,
  };
}

import type { Action } from "./action.ts";
import { announce } from "./announce.ts";
import { reduceFrame } from "./reduce-frame.ts";
import {
  browse,
  changeLine,
  commitTurn,
  settleLine,
  walkCandidates,
  walkInputs,
} from "./reduce-line.ts";
import { answerConfirm, applyTurnEvent, rateTurn } from "./reduce-turn.ts";
import type { OpenedItem, TerminalState } from "./terminal-state.ts";

const OPENED_MAX = 100;

/** The next state of the page. Pure: the same state and action give the same page. */
export function reduce(state: TerminalState, action: Action): TerminalState {
  switch (action.type) {
    case "connection-changed":
      return changeConnection(state, action);
    case "frame-received":
      return reduceFrame(state, action.frame, action.roundTripMs);
    case "turn-ended-here":
      return applyTurnEvent(state, action.end);
    case "line-changed":
      return changeLine(state, action.text, action.seq);
    case "line-settled":
      return settleLine(state, action.seq);
    case "inputs-walked":
      return walkInputs(state, action);
    case "candidate-walked":
      return walkCandidates(state, action.to);
    case "turn-committed":
      return commitTurn(state, action);
    case "browsed":
      return browse(state, action);
    case "library-listed":
      return { ...state, library: action.library };
    case "recents-opened":
      return { ...state, recentsOpen: true, active: 0 };
    case "recents-cleared":
      return announce({ ...state, inputs: [], recentsOpen: false, active: null }, "Forgotten.");
    case "accept-key-chosen":
      return { ...state, acceptKey: action.key };
    case "transcript-cleared":
      return announce(
        { ...state, turns: state.turns.filter(({ phase }) => phase !== "ended") },
        "History cleared.",
      );
    case "confirm-answered":
      return answerConfirm(state, action);
    case "turn-rated":
      return announce(rateTurn(state, action.turnId, action.rating), "Thank you, noted.");
    case "item-opening":
      return withOpened(state, action.key, { state: "loading" });
    case "item-opened":
      return announce(
        withOpened(state, action.key, { state: "loaded", result: action.result }),
        `${action.result.item.name} opened.`,
      );
    case "item-failed":
      return announce(
        withOpened(state, action.key, { state: "failed", error: action.error }),
        action.error.message,
      );
    case "item-closed":
      return { ...state, opened: without(state.opened, action.key) };
    case "help-toggled":
      return { ...state, helpOpen: action.open };
    case "context-toggled":
      return { ...state, contextOpen: action.open };
    case "notice-dismissed":
      return { ...state, notice: null };
    case "budget-read":
      return { ...state, budgets: state.budgets.slice(1) };
  }
}

function changeConnection(
  state: TerminalState,
  { phase, retryAt, error }: Extract<Action, { type: "connection-changed" }>,
): TerminalState {
  const before = state.connection;
  const everOpen = before.everOpen || phase === "open";
  // Predictions live and die with their connection, so a shown one could not be committed.
  const shown = phase === "open" ? {} : { prediction: null, held: null, active: null };
  const next = { ...state, ...shown, connection: { phase, retryAt, error, everOpen } };
  if (phase === before.phase) return next;
  if (phase === "open") return announce(next, before.everOpen ? "Connected again." : "Connected.");
  if (phase === "reconnecting") return announce(next, "Connection lost. Reconnecting.");
  if (phase === "closed") return announce(next, error?.message ?? "Disconnected.");
  return next;
}

function withOpened(state: TerminalState, key: string, item: OpenedItem): TerminalState {
  const keys = Object.keys(state.opened);
  const oldest = keys[0];
  const kept =
    oldest !== undefined && keys.length >= OPENED_MAX && !(key in state.opened)
      ? without(state.opened, oldest)
      : state.opened;
  return { ...state, opened: { ...kept, [key]: item } };
}

function without(opened: TerminalState["opened"], key: string): TerminalState["opened"] {
  const { [key]: _gone, ...rest } = opened;
  return rest;
}

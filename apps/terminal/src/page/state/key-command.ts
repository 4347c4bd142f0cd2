import { readScope } from "@lilux/core/text";
import type { BrowseWish } from "../text/browse-wish.ts";
import { fieldsOf, lacksInput } from "./call-fields.ts";
import { enterHint } from "./enter-hint.ts";
import type { LineKey } from "./line-key.ts";
import { rankOfKey } from "./rank-of-key.ts";
import { rowsOf } from "./rows.ts";
import { digitsCommit, isTooLong, runningTurn, shownCandidates } from "./selectors.ts";
import type { TerminalState } from "./terminal-state.ts";

/** What a key means to the page. */
export type Command =
  | { do: "commit"; index: number }
  | { do: "submit" }
  | { do: "ask" }
  | { do: "browse"; wish: BrowseWish }
  | { do: "recents" }
  | { do: "clear-transcript" }
  /** Into the inputs of the first call. */
  | { do: "fields" }
  | { do: "cancel"; turnId: string }
  | { do: "walk-inputs"; to: number | null }
  | { do: "walk-candidates"; to: number | null }
  | { do: "clear" }
  | { do: "help"; open: boolean };

/** What this key does to the line now; null leaves it to the browser, as text or as focus. */
export function keyCommand(state: TerminalState, key: LineKey): Command | null {
  if (key.composing) return null;
  if (isAcceptKeyPressed(state, key)) {
    const accepted = acceptCommand(state);
    if (accepted !== null) return accepted;
  }
  const rank = rankOf(state, key);
  if (rank !== null) return { do: "commit", index: rank };
  if (key.control) return controlCommand(state, key);
  if (key.rankModifier) return null;
  switch (key.key) {
    case "Enter":
      return enterCommand(state, key);
    case "ArrowRight":
      return key.caretAtEnd && fieldsOf(state).length > 0 ? { do: "fields" } : null;
    case "ArrowUp":
      return upCommand(state);
    case "ArrowDown":
      return downCommand(state);
    case "Escape":
      return escapeCommand(state);
    case "F1":
      return { do: "help", open: !state.helpOpen };
    default:
      return null;
  }
}

/** With the modifier a rank counts at any time; a bare digit only where `digitsCommit` says so. */
function rankOf(state: TerminalState, key: LineKey): number | null {
  const named = rankOfKey(key);
  if (named === null || named.rank >= shownCandidates(state).length) return null;
  if (!named.isText) return named.rank;
  return key.caretAtEnd && digitsCommit(state) ? named.rank : null;
}

function controlCommand(state: TerminalState, key: LineKey): Command | null {
  // A layout without Latin letters has its E and L where others have them.
  const isLatin = /^[a-z]$/i.test(key.key);
  const is = (letter: string): boolean =>
    isLatin ? key.key.toLowerCase() === letter : key.code === `Key${letter.toUpperCase()}`;
  if (is("l") && !key.shift) return { do: "clear-transcript" };
  return is("e") && canCommit(state) ? { do: "ask" } : null;
}

/** An empty line means nothing, and one that is too long would only be refused. */
function canCommit(state: TerminalState): boolean {
  return state.line.text.trim() !== "" && !isTooLong(state);
}

function isAcceptKeyPressed({ acceptKey }: TerminalState, key: LineKey): boolean {
  if (key.shift || key.rankModifier) return false;
  switch (acceptKey) {
    case "Tab":
      return key.key === "Tab" && !key.control;
    case "ArrowRight":
      return key.key === "ArrowRight" && !key.control && key.caretAtEnd;
    case "Control+Enter":
      return key.key === "Enter" && key.control;
  }
}

/** With nothing to accept the key does what it does everywhere else: Tab moves the focus. */
function acceptCommand(state: TerminalState): Command | null {
  const rows = rowsOf(state);
  if (rows[0]?.kind === "call") {
    const index = state.active ?? 0;
    // A call that lacks something asks for it; anything else is run.
    return index === 0 && lacksInput(state) ? { do: "fields" } : { do: "commit", index };
  }
  // Of what is only to be looked at it marks one after the other, and leaves after the last.
  const next = state.active === null ? 0 : state.active + 1;
  return next < rows.length ? { do: "walk-candidates", to: next } : null;
}

function enterCommand(state: TerminalState, key: LineKey): Command | null {
  if (key.shift) return null;
  if (state.active !== null && rowsOf(state).length > state.active) {
    return { do: "commit", index: state.active };
  }
  if (!canCommit(state)) return null;
  const hint = enterHint(state);
  if (hint.does === "browse") return { do: "browse", wish: hint.wish };
  // A scope without a chosen row has nothing to run, and says so.
  if (hint.does === "choose") return { do: "walk-candidates", to: null };
  return readScope(state.line.text)?.kind === "ask" ? { do: "ask" } : { do: "submit" };
}

/** The list is below the line and the past above it, and the arrows go where they point. */
function upCommand(state: TerminalState): Command | null {
  if (state.active !== null) {
    return { do: "walk-candidates", to: state.active === 0 ? null : state.active - 1 };
  }
  const from = state.line.walk ?? state.inputs.length;
  return from === 0 ? null : { do: "walk-inputs", to: from - 1 };
}

function downCommand(state: TerminalState): Command | null {
  if (state.line.walk !== null) {
    const to = state.line.walk + 1;
    return { do: "walk-inputs", to: to < state.inputs.length ? to : null };
  }
  if (state.line.text === "" && !state.recentsOpen) {
    return state.inputs.length === 0 ? null : { do: "recents" };
  }
  const count = rowsOf(state).length;
  if (count === 0) return null;
  const to = state.active === null ? 0 : Math.min(state.active + 1, count - 1);
  return { do: "walk-candidates", to };
}

/** One thing at a time, the nearest first. */
function escapeCommand(state: TerminalState): Command | null {
  if (state.helpOpen) return { do: "help", open: false };
  if (state.active !== null) return { do: "walk-candidates", to: null };
  const running = state.connection.phase === "open" ? runningTurn(state) : null;
  if (running !== null) return { do: "cancel", turnId: running.turnId };
  return state.line.text === "" ? null : { do: "clear" };
}

import type { TerminalState } from "./terminal-state.ts";

/** Says something to a screen reader, politely. */
export function announce(state: TerminalState, text: string): TerminalState {
  return { ...state, announcement: { id: state.announcement.id + 1, text } };
}

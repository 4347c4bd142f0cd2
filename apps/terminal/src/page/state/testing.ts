import type { Call, PredictionFrame, ServerFrame } from "@lilux/protocol";
import type { Action } from "./action.ts";
import type { LineKey } from "./line-key.ts";
import { reduce } from "./reduce.ts";
import { initialState, type TerminalState } from "./terminal-state.ts";

export const SEARCH: Call = {
  name: "search",
  arguments: { item_type: "script", query: "email" },
};
export const RUN: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "email_enricher", action: "run" },
};
export const DELETE: Call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "purge", action: "delete" },
};

/** The state after these actions, from a connected page. */
export function after(...actions: Action[]): TerminalState {
  const open: Action = { type: "connection-changed", phase: "open", retryAt: null, error: null };
  return [open, ...actions].reduce(reduce, initialState());
}

export function typed(text: string, seq: number): Action {
  return { type: "line-changed", text, seq };
}

export function received(frame: ServerFrame, roundTripMs: number | null = null): Action {
  return { type: "frame-received", frame, roundTripMs };
}

export function predicted(
  seq: number,
  candidates: PredictionFrame["candidates"] = [
    { call: SEARCH, confidence: 0.95, effect: "read", ready: true },
    { call: RUN, confidence: 0.72, effect: "write", ready: false },
  ],
  more: Partial<PredictionFrame> = {},
): Action {
  return received(
    {
      type: "prediction",
      seq,
      predictionId: `p${seq}`,
      context: "warm",
      candidates,
      routeMs: 2,
      ...more,
    },
    5,
  );
}

export function committed(turnId: string, text: string): Action {
  return { type: "turn-committed", turnId, kind: "submit", text, chosen: null, at: 0 };
}

/** A key as it is pressed at the end of the line. */
export function key(name: string, more: Partial<LineKey> = {}): LineKey {
  const code = /^\d$/.test(name) ? `Digit${name}` : name;
  return {
    key: name,
    code,
    plain: /^\d$/.test(name) ? name : null,
    shift: false,
    rankModifier: false,
    control: false,
    composing: false,
    caretAtEnd: true,
    ...more,
  };
}

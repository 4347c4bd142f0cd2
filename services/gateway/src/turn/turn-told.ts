import { digestCall, effectOfCall } from "@lilux/core/calls";
import type { Call, SessionEvent, TurnEvent, TurnPath } from "@lilux/protocol";

export interface ToldCall {
  callId: string;
  call: Call;
  digest: string;
  state: "asked" | "answered" | "started" | "ended";
}

/** What the person was told of one turn so far. */
export interface TurnTold {
  path: TurnPath | undefined;
  plan: string | undefined;
  textSent: boolean;
  /** A call that does more than read has started: running the turn again could do it twice. */
  acted: boolean;
  calls: readonly ToldCall[];
  ended: boolean;
}

export const NOTHING_TOLD: TurnTold = {
  path: undefined,
  plan: undefined,
  textSent: false,
  acted: false,
  calls: [],
  ended: false,
};

/** What is told once this event was sent, too. */
export function afterTelling(told: TurnTold, event: TurnEvent): TurnTold {
  switch (event.type) {
    case "turn-start":
      return { ...told, path: event.path };
    case "plan-update":
      return { ...told, plan: JSON.stringify(event.steps) };
    case "text-delta":
      return { ...told, textSent: true };
    case "confirm-request":
      return withCall(told, event, "asked");
    case "call-start": {
      const acted = told.acted || effectOfCall(event.call, undefined) !== "read";
      return { ...withCall(told, event, "started"), acted };
    }
    case "call-progress":
    case "thought-delta":
      return told;
    case "call-end":
      return { ...told, calls: withState(told.calls, event.callId, "ended") };
    case "turn-end":
      return { ...told, ended: true };
  }
}

/** What was told of one turn, by its events. */
export function toldOf(events: readonly SessionEvent[]): TurnTold {
  let told = NOTHING_TOLD;
  for (const event of events) {
    if (event.type !== "turn-accepted") told = afterTelling(told, event);
  }
  return told;
}

/** The person's answer to a confirm has been passed on. */
export function afterAnswer(told: TurnTold, callId: string): TurnTold {
  return { ...told, calls: withState(told.calls, callId, "answered") };
}

/**
 * Whether an orchestrator that was lost may be asked again from the start:
 * nothing was done that must not be done twice, and no text stands that a
 * second answer would contradict.
 */
export function mayRunAgain(told: TurnTold): boolean {
  return !told.ended && !told.acted && !told.textSent;
}

function withCall(
  told: TurnTold,
  { callId, call }: { callId: string; call: Call },
  state: ToldCall["state"],
): TurnTold {
  const others = told.calls.filter((other) => other.callId !== callId);
  return { ...told, calls: [...others, { callId, call, digest: digestCall(call), state }] };
}

function withState(
  calls: readonly ToldCall[],
  callId: string,
  state: ToldCall["state"],
): readonly ToldCall[] {
  return calls.map((call) => (call.callId === callId ? { ...call, state } : call));
}

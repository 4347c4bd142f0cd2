import { digestCall } from "@lilux/core/calls";
import type { TurnCommand, TurnEvent } from "@lilux/protocol";
import type { ToldCall, TurnTold } from "./turn-told.ts";

/** Makes a turn's second run look like the first going on: nothing is told twice. */
export interface TurnRetelling {
  /** The event to send instead, or undefined when the person has it already. */
  event(event: TurnEvent): TurnEvent | undefined;
  /**
   * A command about a call, under the id the running attempt knows it by. Undefined for the
   * answer to a question that this attempt has not asked: it is no answer to another one.
   */
  command(command: TurnCommand): TurnCommand | undefined;
}

/** `told`: what the person knows from the attempts before. */
export function createTurnRetelling(told: TurnTold): TurnRetelling {
  const unmatched = [...told.calls];
  /** The running attempt's call ids, each with the call the person was told of. */
  const matches = new Map<string, ToldCall>();
  /** Under which id each call is told: its own, unless a call of an earlier attempt has that. */
  const shownAs = new Map<string, string>();

  function match(event: TurnEvent & { type: "call-start" | "confirm-request" }): ToldCall | null {
    const known = matches.get(event.callId);
    if (known !== undefined || shownAs.has(event.callId)) return known ?? null;
    const digest = digestCall(event.call);
    const index = unmatched.findIndex((call) => call.digest === digest);
    const [found] = index < 0 ? [] : unmatched.splice(index, 1);
    if (found !== undefined) matches.set(event.callId, found);
    shownAs.set(event.callId, found?.callId ?? freeId(event.callId));
    return found ?? null;
  }

  function freeId(callId: string): string {
    const taken = new Set([...told.calls.map((call) => call.callId), ...shownAs.values()]);
    let free = callId;
    for (let again = 2; taken.has(free); again += 1) free = `${callId}.${again}`;
    return free;
  }

  function renamed<T extends TurnEvent & { callId: string }>(event: T): T {
    const callId = shownAs.get(event.callId) ?? event.callId;
    return callId === event.callId ? event : { ...event, callId };
  }

  return {
    event(event) {
      switch (event.type) {
        case "turn-start":
          return event.path === told.path ? undefined : event;
        case "plan-update":
          return JSON.stringify(event.steps) === told.plan ? undefined : event;
        case "confirm-request": {
          const before = match(event);
          // An answer that was given died with the orchestrator: it is asked for again.
          return before?.state === "asked" ? undefined : renamed(event);
        }
        case "call-start": {
          const before = match(event);
          const isTold = before?.state === "started" || before?.state === "ended";
          return isTold ? undefined : renamed(event);
        }
        case "call-progress":
        case "call-end": {
          const before = matches.get(event.callId);
          return before?.state === "ended" ? undefined : renamed(event);
        }
        case "text-delta":
        case "thought-delta":
        case "turn-end":
          return event;
      }
    },
    command(command) {
      if (command.type !== "confirm") return command;
      const asked = [...shownAs].find(([, shown]) => shown === command.callId)?.[0];
      return asked === undefined ? undefined : { ...command, callId: asked };
    },
  };
}

import {
  type Interaction,
  LiluxError,
  type OfTenant,
  type SessionEvent,
  type TurnEnd,
  type TurnRecord,
} from "@lilux/protocol";
import { createTurnAccount } from "./turn-account.ts";
import type { TurnTold } from "./turn-told.ts";

/** The end of a turn that nobody goes on with. What had run is listed. */
export function interruptedEnd(turnId: string, told: TurnTold): TurnEnd {
  const calls = told.calls.map(({ callId, call, state }) => ({ callId, call, state }));
  const error = new LiluxError("interrupted", { details: { calls } });
  return { type: "turn-end", turnId, outcome: "interrupted", error: error.toBody() };
}

/** What is journalled of a turn whose gateway is gone, from the events that are stored of it. */
export function interactionOf(
  record: TurnRecord,
  events: readonly (SessionEvent | TurnEnd)[],
  at: number,
): OfTenant<Extract<Interaction, { type: "turn" }>> {
  const account = createTurnAccount(record, undefined);
  for (const event of events) if (event.type !== "turn-accepted") account.add(event);
  return account.interaction(at);
}

/** Names the interaction of a turn, so that storing it twice keeps one. */
export function interactionId({ sessionId, turnId }: TurnRecord): string {
  return `${sessionId}:${turnId}:turn`;
}

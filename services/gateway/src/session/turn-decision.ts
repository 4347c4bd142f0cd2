import { type Bus, subjects } from "@lilux/bus";
import type { Tenant } from "@lilux/protocol";
import { readStored } from "./read-stored.ts";
import { isDecision, type StoredMessage, type TurnDecision } from "./stored-message.ts";

const APPEND_WITHIN_MS = 1_000;

export interface DecideTurnDeps {
  bus: Bus;
  tenant: Tenant;
  sessionId: string;
}

/**
 * Decides, unless somebody has decided before: then resolves with false. The
 * message id names the turn, so of all gateways that try the first one has it.
 */
export async function decideTurn(
  { turnId, decided, writer }: Pick<TurnDecision, "turnId" | "decided" | "writer">,
  { bus, tenant, sessionId }: DecideTurnDeps,
): Promise<boolean> {
  const decision: TurnDecision = { writer, index: -1, events: [], turnId, decided };
  const subject = subjects.event(tenant, sessionId);
  const append = { id: `${sessionId}:${turnId}:decided`, deadlineMs: APPEND_WITHIN_MS };
  const { duplicate } = await bus.append("EVENTS", subject, decision, append);
  if (!duplicate) return true;
  // A try below the bus whose answer was lost makes our own message a duplicate.
  const stored = await readStored({ tenant, sessionId }, { bus, deadlineMs: APPEND_WITHIN_MS });
  const found = stored.find(isDecisionOn(turnId));
  return found?.writer === writer;
}

/**
 * Says for good that a turn is over, also where somebody had decided to run it and died. Whoever
 * comes back for it is told so, unless the end it had is stored after all.
 */
export async function decideOver(
  { turnId, writer }: Pick<TurnDecision, "turnId" | "writer">,
  { bus, tenant, sessionId }: DecideTurnDeps,
): Promise<void> {
  const isFirst = await decideTurn(
    { turnId, decided: "interrupted", writer },
    { bus, tenant, sessionId },
  );
  if (isFirst) return;
  const decision: TurnDecision = { writer, index: -1, events: [], turnId, decided: "interrupted" };
  const append = { id: `${sessionId}:${turnId}:over`, deadlineMs: APPEND_WITHIN_MS };
  await bus.append("EVENTS", subjects.event(tenant, sessionId), decision, append);
}

/** Whether this session's holder may run the turn: nobody has ended it, or taken it, meanwhile. */
export function takeTurn(
  { tenant, sessionId, writer }: { tenant: Tenant; sessionId: string; writer: string },
  turnId: string,
  bus: Bus,
): Promise<boolean> {
  const decision = { turnId, decided: "run", writer } as const;
  // A turn that is not run is ended and says so; one that may be run elsewhere too is worse.
  return decideTurn(decision, { bus, tenant, sessionId }).catch(() => false);
}

function isDecisionOn(turnId: string) {
  return (message: StoredMessage): message is TurnDecision =>
    isDecision(message) && message.turnId === turnId;
}

import { setTimeout as sleep } from "node:timers/promises";
import { type Appended, type Bus, type StreamMessage, subjects } from "@lilux/bus";
import { createParser, LiluxError, TurnRecord } from "@lilux/protocol";
import type { GatewayLimits } from "../config.ts";

const READ_WITHIN_MS = 2_000;
const STORE_RETRY_MS = 50;
const STORED_TURNS_MAX = 10_000;
/** As long as the stream knows an id again, and more. */
const STORED_BEFORE_MS = 15 * 60_000;

/** Stores a turn in TURNS, trying again until the deadline. */
export async function storeTurn(
  turn: TurnRecord,
  traceparent: string,
  { bus, limits, weight }: { bus: Bus; limits: GatewayLimits; weight: number | undefined },
): Promise<Appended> {
  const deadlineAt = Date.now() + limits.storeTurnWithinMs;
  const id = `${turn.sessionId}:${turn.turnId}`;
  const subject = subjects.turn(turn.tenant, turn.sessionId);
  for (;;) {
    try {
      const deadlineMs = Math.max(1, deadlineAt - Date.now());
      return await bus.append("TURNS", subject, turn, { id, deadlineMs, traceparent, weight });
    } catch (error) {
      // A tenant without room is told so at once: room comes by age.
      if (LiluxError.from(error).code === "storage_full") throw error;
      if (Date.now() + STORE_RETRY_MS >= deadlineAt) throw error;
      await sleep(STORE_RETRY_MS);
    }
  }
}

/** A try whose answer was lost makes our own turn a duplicate: what is stored of it tells. */
export async function isStoredBy(
  traceparent: string,
  { tenant, sessionId, turnId, acceptedAt }: TurnRecord,
  { bus }: { bus: Bus },
): Promise<boolean> {
  const stored = await bus.read("TURNS", subjects.turn(tenant, sessionId), {
    messagesMax: STORED_TURNS_MAX,
    deadlineMs: READ_WITHIN_MS,
    since: acceptedAt - STORED_BEFORE_MS,
  });
  const isOfTurn = ({ body }: StreamMessage) => turnRecord.is(body) && body.turnId === turnId;
  return stored.find(isOfTurn)?.traceparent === traceparent;
}

const turnRecord = createParser(TurnRecord, "a stored turn", "internal");

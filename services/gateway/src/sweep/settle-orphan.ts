import { randomUUID } from "node:crypto";
import { type Bus, STREAMS, subjects } from "@lilux/bus";
import type { Interaction, TurnRecord } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { GatewayMetrics } from "../metrics.ts";
import { readStored } from "../session/read-stored.ts";
import { decideOver } from "../session/turn-decision.ts";
import { interactionId, interactionOf, interruptedEnd } from "../turn/interrupted-turn.ts";
import type { TurnNews } from "../turn/turn-news.ts";
import { toldOf } from "../turn/turn-told.ts";

const READ_WITHIN_MS = 5_000;
const INTERACTIONS_MAX = 20_000;
/** Clocks of the bus and the gateways may differ by so much. */
const CLOCKS_DIFFER_MS = 60_000;
/** A turn is journalled after it was stored. */
const ID_KNOWN_MS = STREAMS.INTERACTIONS.duplicateWindowMs - CLOCKS_DIFFER_MS;

export interface SettleOrphanDeps {
  bus: Bus;
  news: TurnNews;
  metrics: GatewayMetrics;
  logger: Logger;
  now(): number;
}

/**
 * Ends a turn that nobody runs, and journals it. Whoever comes back for it is
 * told that end. Rejects when it could not be stored: then it is tried again.
 */
export async function settleOrphan(
  record: TurnRecord,
  storedAt: number,
  deps: SettleOrphanDeps,
): Promise<void> {
  const { bus, news, metrics, logger } = deps;
  const { tenant, sessionId, turnId } = record;
  const messages = await readStored(record, { bus, deadlineMs: READ_WITHIN_MS });
  const events = messages.flatMap((message) => message.events).filter((e) => e.turnId === turnId);
  const told = toldOf(events);
  if (!told.ended) {
    // From here on nobody starts it: a decision to run it that was made before died with its gateway.
    await decideOver({ turnId, writer: randomUUID() }, { bus, tenant, sessionId });
  }
  // Its gateway may have come so far, and not to storing what it told. The stream knows it by its id;
  // only where that may be forgotten is it looked for, among all that the tenant did since.
  const isIdKnown = deps.now() - storedAt < ID_KNOWN_MS;
  if (!isIdKnown && (await isJournalled(record, storedAt, bus))) return;
  const all = told.ended ? events : [...events, interruptedEnd(turnId, told)];
  const interaction = interactionOf(record, all, deps.now());
  const { duplicate } = await bus.append(
    "INTERACTIONS",
    subjects.interaction(tenant),
    interaction,
    { id: interactionId(record), deadlineMs: READ_WITHIN_MS },
  );
  news.tell(record, "ended");
  if (duplicate) return;
  metrics.turnsSwept.inc({ outcome: interaction.outcome });
  logger.warn({ tenant, sessionId, turnId, outcome: interaction.outcome }, "turn swept");
}

async function isJournalled(record: TurnRecord, storedAt: number, bus: Bus): Promise<boolean> {
  const interactions = await bus.read("INTERACTIONS", subjects.interaction(record.tenant), {
    messagesMax: INTERACTIONS_MAX,
    deadlineMs: READ_WITHIN_MS,
    since: storedAt - CLOCKS_DIFFER_MS,
  });
  return interactions.some(({ body }) => {
    const { type, sessionId, turnId } = body as Interaction;
    return type === "turn" && sessionId === record.sessionId && turnId === record.turnId;
  });
}

import { type Bus, subjects } from "@lilux/bus";
import { type ContextStore, keys } from "@lilux/context-store";
import type { Clock } from "@lilux/core/async";
import { createParser, type TurnRecord, WarmContext } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { isSameItem, itemOfCall } from "../decide/same-item.ts";
import { WARM_TURNS } from "../decide/warm-signals.ts";
import { readTurn } from "./read-turn.ts";
import type { RememberedTurn, SessionMemory } from "./session-memory.ts";

export interface CatchUpDeps {
  bus: Pick<Bus, "read">;
  contextStore: Pick<ContextStore, "get">;
  logger: Logger;
  clock: Clock;
}

const READ_DEADLINE_MS = 1_000;
/** Older talk says nothing about the work that is coming. */
const LOOK_BACK_MS = 30 * 60_000;
const TURNS_READ_MAX = 1_000;

const contextParser = createParser(WarmContext, "warm context");

/**
 * Brings a session to where it is before this turn: the turns this process has
 * not seen from the stream, newer candidates from the store. After a restart
 * that is everything; beside other warmers it is what they did meanwhile. What
 * cannot be read is done without.
 */
export async function catchUp(
  session: SessionMemory,
  { turn, sequence }: { turn: TurnRecord; sequence: number },
  deps: CatchUpDeps,
): Promise<void> {
  const { tenant, sessionId } = turn;
  const [missed] = await Promise.all([
    readMissed(session, { subject: subjects.turn(tenant, sessionId), before: sequence }, deps),
    adoptCandidates(session, keys.context(tenant, sessionId), deps),
  ]);
  session.turns = [...session.turns, ...missed].slice(-WARM_TURNS);
}

async function readMissed(
  { turns }: SessionMemory,
  { subject, before }: { subject: string; before: number },
  { bus, logger, clock }: CatchUpDeps,
): Promise<RememberedTurn[]> {
  const last = turns.at(-1);
  const since = last?.storedAt ?? clock.unix() - LOOK_BACK_MS;
  try {
    const options = { messagesMax: TURNS_READ_MAX, deadlineMs: READ_DEADLINE_MS, since };
    const messages = await bus.read("TURNS", subject, options);
    const missed = messages.filter(
      ({ sequence }) => sequence > (last?.sequence ?? 0) && sequence < before,
    );
    return missed.slice(-WARM_TURNS).flatMap((message) => {
      const turn = readTurn(message);
      if (turn === undefined) return [];
      const { sequence, storedAt } = message;
      const item = turn.chosen && itemOfCall(turn.chosen.call);
      return [{ sequence, storedAt, text: turn.text, item }];
    });
  } catch (error) {
    logger.warn({ err: error }, "earlier turns could not be read");
    return [];
  }
}

async function adoptCandidates(
  session: SessionMemory,
  key: string,
  { contextStore, clock }: CatchUpDeps,
): Promise<void> {
  const read = await contextStore.get(key);
  if (read.state !== "found" || !contextParser.is(read.value)) return;
  const { candidates, version, warmedAt, expiresAt } = read.value;
  if (version <= session.version || expiresAt <= clock.unix()) return;
  const own = session.candidates;
  session.version = version;
  session.candidates = candidates.map((candidate) => {
    const known = own.find((entry) => isSameItem(entry.candidate, candidate));
    // Whoever offered a candidate counts its waste: those of others count as used here.
    return { candidate, seenAt: warmedAt, used: known?.used ?? true };
  });
}

import { type Bus, subjects } from "@lilux/bus";
import { type ContextStore, keys } from "@lilux/context-store";
import { itemOfCall, WARM_TURNS } from "@lilux/core";
import { createParser, type TurnRecord, WarmContext } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { readTurn } from "./read-turn.ts";
import type { RememberedTurn, SessionMemory } from "./session-memory.ts";

export interface RebuildDeps {
  bus: Pick<Bus, "read">;
  contextStore: Pick<ContextStore, "get">;
  logger: Logger;
  clock: () => number;
}

const READ_DEADLINE_MS = 1_000;
/** Older talk says nothing about the work that is coming. */
const LOOK_BACK_MS = 30 * 60_000;
const TURNS_READ_MAX = 1_000;

const contextParser = createParser(WarmContext, "warm context");

/**
 * What is known of a session this process has not met: its turns before the
 * present one from the stream, its candidates from the store. After a restart
 * that is all there was. What cannot be read is done without.
 */
export async function rebuildSession(
  { tenant, sessionId }: Pick<TurnRecord, "tenant" | "sessionId">,
  before: number,
  deps: RebuildDeps,
): Promise<SessionMemory> {
  const [turns, candidates] = await Promise.all([
    readTurns(subjects.turn(tenant, sessionId), before, deps),
    readCandidates(keys.context(tenant, sessionId), deps),
  ]);
  return { turns, candidates };
}

async function readTurns(
  subject: string,
  before: number,
  { bus, logger, clock }: RebuildDeps,
): Promise<RememberedTurn[]> {
  try {
    const since = clock() - LOOK_BACK_MS;
    const options = { messagesMax: TURNS_READ_MAX, deadlineMs: READ_DEADLINE_MS, since };
    const messages = await bus.read("TURNS", subject, options);
    const earlier = messages.filter(({ sequence }) => sequence < before).slice(-WARM_TURNS);
    return earlier.flatMap((message) => {
      const turn = readTurn(message);
      if (turn === undefined) return [];
      const item = turn.chosen && itemOfCall(turn.chosen.call);
      return [{ sequence: message.sequence, text: turn.text, item }];
    });
  } catch (error) {
    logger.warn({ err: error }, "earlier turns could not be read");
    return [];
  }
}

async function readCandidates(
  key: string,
  { contextStore, clock }: RebuildDeps,
): Promise<SessionMemory["candidates"]> {
  const read = await contextStore.get(key);
  if (read.state !== "found" || !contextParser.is(read.value)) return [];
  const { candidates, warmedAt, expiresAt } = read.value;
  if (expiresAt <= clock()) return [];
  // Whether they were used is not known: they count neither as hit nor as waste again.
  return candidates.map((candidate) => ({ candidate, seenAt: warmedAt, used: true }));
}

import { type Bus, subjects } from "@lilux/bus";
import { type ContextStore, keys } from "@lilux/context-store";
import type { Clock } from "@lilux/core/async";
import { addEvidence, fadeMemory } from "@lilux/core/warming";
import { createParser, type Tenant, WarmContext } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { itemOfCall } from "../decide/same-item.ts";
import { WARM_TURNS } from "../decide/warm-signals.ts";
import type { Holding } from "../library/holding.ts";
import { readTurn } from "./read-turn.ts";
import type { RememberedTurn, SessionMemory } from "./session-memory.ts";

export interface CatchUpDeps {
  bus: Pick<Bus, "read">;
  contextStore: Pick<ContextStore, "get">;
  libraryOf(tenant: Tenant): Promise<Pick<Holding, "keyOf" | "categoryOf"> | undefined>;
  logger: Logger;
  clock: Clock;
}

export interface CatchUpTo {
  tenant: Tenant;
  sessionId: string;
  /** The place in TURNS of the turn that is at hand. */
  before: number;
}

const READ_DEADLINE_MS = 1_000;
/** Older talk says nothing about the work that is coming. */
const LOOK_BACK_MS = 30 * 60_000;
const TURNS_READ_MAX = 1_000;
/** What another warmer took for likely counts like a line that it fits this well. */
const ADOPTED = 0.7;

const contextParser = createParser(WarmContext, "warm context");

/**
 * Brings a session to where it is before this turn: the turns this process has
 * not seen from the stream, newer candidates from the store. After a restart
 * that is everything; beside other warmers it is what they did meanwhile. What
 * cannot be read is done without.
 */
export async function catchUp(
  session: SessionMemory,
  { tenant, sessionId, before }: CatchUpTo,
  deps: CatchUpDeps,
): Promise<void> {
  const library = await deps.libraryOf(tenant);
  const keyOf = (item: { item_type: RememberedItemType; item_id: string }): string =>
    library?.keyOf(item) ?? `${item.item_type}:${item.item_id}`;
  const [missed, context] = await Promise.all([
    readMissed(session, { subject: subjects.turn(tenant, sessionId), before }, deps),
    newerContext(session, keys.context(tenant, sessionId), deps),
  ]);
  const categoryOf = (key: string): string | undefined => library?.categoryOf(key) ?? "";
  for (const { item } of missed) {
    const key = item && keyOf(item);
    session.work = addEvidence(fadeMemory(session.work), { item: key }, categoryOf);
  }
  session.turns = [...session.turns, ...missed].slice(-WARM_TURNS);
  if (context !== undefined) adopt(session, context, { keyOf, categoryOf });
}

type RememberedItemType = NonNullable<RememberedTurn["item"]>["item_type"];

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
      const { turnId, text, chosen } = turn;
      return [{ sequence, turnId, storedAt, text, item: chosen && itemOfCall(chosen.call) }];
    });
  } catch (error) {
    logger.warn({ err: error }, "earlier turns could not be read");
    return [];
  }
}

/** What another warmer made of this session since, while it holds. */
async function newerContext(
  { version }: SessionMemory,
  key: string,
  { contextStore, clock }: CatchUpDeps,
): Promise<WarmContext | undefined> {
  const read = await contextStore.get(key);
  if (read.state !== "found" || !contextParser.is(read.value)) return undefined;
  const context = read.value;
  return context.version > version && context.expiresAt > clock.unix() ? context : undefined;
}

function adopt(
  session: SessionMemory,
  { version, candidates, warmedAt, expiresAt }: WarmContext,
  {
    keyOf,
    categoryOf,
  }: {
    keyOf(item: { item_type: RememberedItemType; item_id: string }): string;
    categoryOf(key: string): string | undefined;
  },
): void {
  const own = session.warm;
  const best = Math.max(...candidates.map(({ score }) => score), Number.EPSILON);
  const texts = new Map(
    candidates.map((candidate) => [keyOf(candidate), ADOPTED * (candidate.score / best)]),
  );
  session.version = version;
  session.expiresAt = expiresAt;
  session.warm = candidates.map((candidate) => {
    const key = keyOf(candidate);
    const known = own.find((item) => item.key === key);
    // Whoever offered a candidate counts its waste: those of others count as used here.
    const { score } = candidate;
    return { key, score, since: known?.since ?? warmedAt, used: known?.used ?? true };
  });
  session.work = addEvidence(session.work, { texts }, categoryOf);
}

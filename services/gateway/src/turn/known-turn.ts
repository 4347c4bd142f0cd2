import { setTimeout as sleep } from "node:timers/promises";
import { type Bus, subjects } from "@lilux/bus";
import { createParser, LiluxError, type SessionEvent, TurnRecord } from "@lilux/protocol";
import type { GatewayLimits } from "../config.ts";
import { readStored } from "../session/read-stored.ts";
import { isDecision } from "../session/stored-message.ts";
import { interruptedEnd } from "./interrupted-turn.ts";
import type { NamedTurn, TurnNews } from "./turn-news.ts";
import { toldOf } from "./turn-told.ts";

const READ = { messagesMax: 4_000, deadlineMs: 2_000 };
const LOOK_AGAIN_MS = 250;
/** Less than what EVENTS keeps. */
const KNOWN_MS = 60_000;

export interface KnownTurnDeps {
  bus: Bus;
  limits: GatewayLimits;
  news: Pick<TurnNews, "isHeard">;
  now(): number;
}

export type KnownTurn =
  | { state: "new" }
  /** It was stored and nothing ever came of it, so it may still be run. */
  | { state: "waiting" }
  /** All that was told of it, its end last. */
  | { state: "ended"; events: SessionEvent[] };

/**
 * What is known of a turn that is asked for again under its id. One of which
 * only the record is there is waited for as long as another gateway may be about
 * to start it. Rejects with `duplicate_turn` for one that has begun and not ended.
 */
export async function findKnownTurn(turn: NamedTurn, deps: KnownTurnDeps): Promise<KnownTurn> {
  const { bus, limits, news, now } = deps;
  const { tenant, sessionId, turnId } = turn;
  const turns = await bus.read("TURNS", subjects.turn(tenant, sessionId), READ);
  const record = turns.map(({ body }) => body).find((body) => turnRecord.is(body));
  if (record === undefined) return { state: "new" };
  for (;;) {
    const messages = await readStored(turn, { bus, deadlineMs: READ.deadlineMs });
    const events = messages.flatMap((message): SessionEvent[] => message.events);
    const told = toldOf(events);
    if (told.ended) return { state: "ended", events };
    if (messages.some((message) => isDecision(message) && message.decided === "interrupted")) {
      const offset = (events.at(-1)?.offset ?? 0) + 1;
      return { state: "ended", events: [...events, { ...interruptedEnd(turnId, told), offset }] };
    }
    if (messages.length > 0 || news.isHeard(turn)) throw hasNotEnded();
    const ageMs = now() - record.acceptedAt;
    // What was stored of it is gone by now, or soon.
    if (ageMs > KNOWN_MS) throw new LiluxError("duplicate_turn");
    // Whoever stored it may start it only after the others agreed.
    if (ageMs > limits.orphanedAfterMs / 2) return { state: "waiting" };
    await sleep(LOOK_AGAIN_MS);
  }
}

const turnRecord = createParser(TurnRecord, "a stored turn", "internal");

export function hasNotEnded(): LiluxError {
  return new LiluxError("duplicate_turn", {
    message:
      "A turn of that id was accepted and has not ended. Ask again later to be told its end, or use a new turnId.",
    details: { ended: false },
  });
}

import { isOfSubject, type StreamMessage } from "@lilux/bus";
import { keys } from "@lilux/context-store";
import { createParser, Interaction, type OfTenant } from "@lilux/protocol";
import { type ItemReference, itemOfCall } from "../decide/same-item.ts";
import type { HabitBooks } from "../habits/habit-books.ts";
import { catchUp } from "../sessions/catch-up.ts";
import type { SessionMemory } from "../sessions/session-memory.ts";
import { type HandleTurnDeps, tell, versionOf } from "./handle-turn.ts";
import { endTurn, keyOf } from "./warm-session.ts";

export interface HandleEndDeps extends HandleTurnDeps {
  habits: HabitBooks;
}

type Ended = OfTenant<Extract<Interaction, { type: "turn" }>>;

const parser = createParser(Interaction, "an interaction", "internal");
/** What became of an older turn says nothing of what is next, and was learnt when it was new. */
const TOO_OLD_MS = 10 * 60_000;

/**
 * Takes one message of INTERACTIONS: what a turn worked with, where that was not chosen beforehand,
 * and what the orchestrator said. It is learnt from once, and never asked for again.
 */
export async function handleEnd(
  { body, subject, storedAt, traceparent }: StreamMessage,
  deps: HandleEndDeps,
): Promise<void> {
  // The stream holds decisions of the tool core as well.
  if (!parser.is(body) || !isOfSubject(body, subject)) return;
  const { warm, sessions, habits, metrics } = deps;
  if (body.type === "feedback") {
    if (body.rating === "down") await habits.refute(body);
    return;
  }
  if (warm.clock.unix() - storedAt > TOO_OLD_MS) {
    metrics.ends.inc({ outcome: "too-old" });
    return;
  }
  await sessions.withSession(keys.context(body.tenant, body.sessionId), (session) =>
    endOnce(session, { ended: body, traceparent }, deps),
  );
  metrics.ends.inc({ outcome: "taken" });
}

async function endOnce(
  session: SessionMemory,
  { ended, traceparent }: { ended: Ended; traceparent: string | undefined },
  deps: HandleEndDeps,
): Promise<void> {
  const { tenant, sessionId, turnId, at, response } = ended;
  await catchUp(session, { tenant, sessionId, before: Number.POSITIVE_INFINITY }, deps.catchUp);
  const turn = session.turns.findLast((one) => one.turnId === turnId);
  if (turn === undefined) return;
  const items = itemsOf(ended);
  const before = session.turns.findLast(
    (one) => one.sequence < turn.sequence && one.item !== undefined,
  );
  const context = await endTurn(
    session,
    {
      tenant,
      sessionId,
      version: versionOf(turn.sequence, "ended"),
      traceparent,
      turnId,
      at,
      items,
      isLoad: ended.calls.at(-1)?.call.name === "load",
      response,
    },
    deps.warm,
  );
  if (context !== undefined) await tell(context, { tenant, traceparent, turnId }, deps);
  await learnSteps(ended, { items, before: before?.item }, deps);
}

/** What was worked with in a turn that came to its end, in order and each once in a row. */
function itemsOf({ calls, outcome }: Ended): ItemReference[] {
  if (outcome !== "completed") return [];
  const items = calls.flatMap(({ call, ok }) => (ok ? [itemOfCall(call)] : []));
  return items.filter((item): item is ItemReference => item !== undefined).slice(-STEPS_MAX);
}

const STEPS_MAX = 8;

async function learnSteps(
  { tenant, turnId, at, person }: Ended,
  { items, before }: { items: readonly ItemReference[]; before: ItemReference | undefined },
  { habits, warm }: HandleEndDeps,
): Promise<void> {
  if (items.length === 0) return;
  const library = await warm.libraries.of(tenant);
  let from = before && keyOf(before, library);
  for (const item of items) {
    const to = keyOf(item, library);
    if (to !== from) await habits.learn(tenant, { person, turnId, at, from, to });
    from = to;
  }
}

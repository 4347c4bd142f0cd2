import { type Bus, type StreamMessage, subjects } from "@lilux/bus";
import { type ContextStore, keys } from "@lilux/context-store";
import { parseTraceparent } from "@lilux/core/telemetry";
import type { TurnRecord, WarmContext } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { ContextWarmerMetrics } from "../metrics.ts";
import { type CatchUpDeps, catchUp } from "../sessions/catch-up.ts";
import { readTurn } from "../sessions/read-turn.ts";
import type { SessionMemory, Sessions } from "../sessions/session-memory.ts";
import { type WarmSessionDeps, warmSession } from "./warm-session.ts";

export interface HandleTurnDeps {
  bus: Pick<Bus, "publish">;
  contextStore: Pick<ContextStore, "putIfNewer">;
  sessions: Sessions;
  catchUp: CatchUpDeps;
  warm: WarmSessionDeps;
  metrics: ContextWarmerMetrics;
  logger: Logger;
}

/**
 * Takes one message of TURNS. It never asks for the message again: a context
 * that comes late is worth nothing, and the next turn makes a new one.
 */
export async function handleTurn(message: StreamMessage, deps: HandleTurnDeps): Promise<void> {
  const { sessions, metrics, warm } = deps;
  const turn = readTurn(message);
  if (turn === undefined) {
    metrics.turns.inc({ outcome: "unreadable" });
    deps.logger.warn({ sequence: message.sequence }, "turn of another form left out");
    return;
  }
  if (warm.clock.unix() - message.storedAt > warm.validMs) {
    // A backlog: whoever it was meant for has gone on, and catching up reads it from the stream.
    metrics.turns.inc({ outcome: "too-old" });
    return;
  }
  await sessions.withSession(`${turn.tenant}/${turn.sessionId}`, (session) =>
    warmOnce(session, { message, turn }, deps),
  );
}

async function warmOnce(
  session: SessionMemory,
  { message, turn }: { message: StreamMessage; turn: TurnRecord },
  deps: HandleTurnDeps,
): Promise<void> {
  const { metrics, warm, logger } = deps;
  const { sequence, traceparent, storedAt } = message;
  if ((session.turns.at(-1)?.sequence ?? 0) >= sequence) {
    metrics.turns.inc({ outcome: "repeated" });
    return;
  }
  await catchUp(session, { turn, sequence }, deps.catchUp);
  const context = await warmSession(session, { turn, sequence, storedAt, traceparent }, warm);
  metrics.turns.inc({ outcome: "taken" });
  metrics.warmings.inc({ state: context?.state ?? "cold" });
  if (context === undefined) return;
  const written = await tell(context, traceparent, deps);
  const seconds = Math.max(0, warm.clock.unix() - storedAt) / 1_000;
  if (written === "stored") metrics.turnToContextSeconds.observe(seconds);
  const { tenant, sessionId, state, confidence, domain, candidates } = context;
  const facts = { tenant, sessionId, turnId: turn.turnId, state, confidence, domain, written };
  const traceId = parseTraceparent(traceparent)?.traceId;
  logger.info({ ...facts, candidates: candidates.length, traceId }, "context warmed");
}

/** Writes first: whoever hears the announcement reads the store. */
async function tell(
  context: WarmContext,
  traceparent: string | undefined,
  { bus, contextStore, metrics, warm }: HandleTurnDeps,
): Promise<string> {
  const { tenant, sessionId, version } = context;
  const entry = { version, value: context, ttlMs: warm.validMs };
  const result = await contextStore.putIfNewer(keys.context(tenant, sessionId), entry);
  metrics.storeWrites.inc({ result });
  // Without the store the announcement is all there is; only an older context is not told.
  if (result === "stale") return result;
  bus.publish(subjects.context(tenant, sessionId), context, { traceparent });
  return result;
}

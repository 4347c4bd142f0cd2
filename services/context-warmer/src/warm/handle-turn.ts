import { type Bus, type StreamMessage, subjects } from "@lilux/bus";
import { type ContextStore, keys } from "@lilux/context-store";
import { parseTraceparent } from "@lilux/core/telemetry";
import type { Tenant, TurnRecord, WarmContext } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { itemOfCall } from "../decide/same-item.ts";
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

/** A backlog: whoever it was meant for has gone on, and catching up reads it from the stream. */
const TOO_OLD_MS = 30_000;

/**
 * Of a turn's context when it is committed, and of the one after its end: a turn's place in TURNS
 * doubled, and one more. So both are newer than anything of the turn before.
 */
export function versionOf(sequence: number, when: "committed" | "ended"): number {
  return 2 * sequence + (when === "ended" ? 1 : 0);
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
  if (warm.clock.unix() - message.storedAt > TOO_OLD_MS) {
    metrics.turns.inc({ outcome: "too-old" });
    return;
  }
  await sessions.withSession(keys.context(turn.tenant, turn.sessionId), (session) =>
    warmOnce(session, { message, turn }, deps),
  );
}

async function warmOnce(
  session: SessionMemory,
  { message, turn }: { message: StreamMessage; turn: TurnRecord },
  deps: HandleTurnDeps,
): Promise<void> {
  const { metrics, warm } = deps;
  const { sequence, traceparent, storedAt } = message;
  if ((session.turns.at(-1)?.sequence ?? 0) >= sequence) {
    metrics.turns.inc({ outcome: "repeated" });
    return;
  }
  const { tenant, sessionId, turnId, text, chosen } = turn;
  await catchUp(session, { tenant, sessionId, before: sequence }, deps.catchUp);
  const item = chosen && itemOfCall(chosen.call);
  const context = await warmSession(
    session,
    {
      tenant,
      sessionId,
      version: versionOf(sequence, "committed"),
      traceparent,
      turn: { sequence, turnId, storedAt, text, item },
      isLoad: chosen?.call.name === "load",
    },
    warm,
  );
  metrics.turns.inc({ outcome: "taken" });
  metrics.warmings.inc({ state: context?.state ?? "cold" });
  if (context === undefined) return;
  const written = await tell(context, { tenant: turn.tenant, traceparent, turnId }, deps);
  const seconds = Math.max(0, warm.clock.unix() - storedAt) / 1_000;
  if (written === "stored") metrics.turnToContextSeconds.observe(seconds);
}

/** Writes first: whoever hears the announcement reads the store. */
export async function tell(
  context: WarmContext,
  {
    tenant,
    traceparent,
    turnId,
  }: { tenant: Tenant; traceparent: string | undefined; turnId: string },
  { bus, contextStore, metrics, warm, logger }: HandleTurnDeps,
): Promise<string> {
  const { sessionId, version, state, confidence, domain, candidates } = context;
  const entry = { version, value: context, ttlMs: warm.validMs };
  const result = await contextStore.putIfNewer(keys.context(tenant, sessionId), entry);
  metrics.storeWrites.inc({ result });
  const facts = { tenant, sessionId, turnId, state, confidence, domain, written: result };
  const traceId = parseTraceparent(traceparent)?.traceId;
  logger.info({ ...facts, candidates: candidates.length, traceId }, "context warmed");
  // Without the store the announcement is all there is; only an older context is not told.
  if (result === "stale") return result;
  bus.publish(subjects.context(tenant, sessionId), context, { traceparent });
  return result;
}

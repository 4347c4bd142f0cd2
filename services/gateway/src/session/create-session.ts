import { randomBytes } from "node:crypto";
import { type Bus, subjects } from "@lilux/bus";
import { ContextWarmed, createParser, type Tenant, WarmContext } from "@lilux/protocol";
import { Type } from "typebox";
import { createEventLog } from "./event-log.ts";
import { createEventStore } from "./event-store.ts";
import { createPredictionMemory } from "./prediction-memory.ts";
import type { Session } from "./session.ts";
import { createSpeculationCache } from "./speculation-cache.ts";

/** Where a session begins: fresh, or after what is stored of it. */
export interface SessionStartPoint {
  tenant: Tenant;
  sessionId: string;
  lastOffset: number;
  nextIndex: number;
}

export interface CreateSessionDeps {
  bus: Bus;
  now(): number;
  expiresAt: number;
  /** Another gateway has it, or asks for it. */
  onTaken(): Promise<void>;
}

/** A session that listens to what is said about it, and belongs to no connection yet. */
export function createSession(point: SessionStartPoint, deps: CreateSessionDeps): Session {
  const { bus, now, expiresAt, onTaken } = deps;
  const { tenant, sessionId, lastOffset, nextIndex } = point;
  const writer = randomBytes(8).toString("hex");
  const log = createEventLog({
    startOffset: lastOffset,
    openStore: (hooks) =>
      createEventStore(
        { tenant, sessionId, writer, nextIndex },
        {
          ...hooks,
          bus,
          weight: () => session.caller?.weight,
          onFenced: () => void onTaken().catch(() => undefined),
        },
      ),
  });
  const session: Session = {
    tenant,
    sessionId,
    writer,
    log,
    predictions: createPredictionMemory(),
    speculations: createSpeculationCache(now),
    turns: new Map(),
    turnIds: new Set(),
    turnsBeingStored: 0,
    history: [],
    subscriptions: [],
    contextState: "cold",
    connection: undefined,
    caller: undefined,
    trace: undefined,
    expiresAt,
  };
  session.subscriptions.push(
    bus.respond(subjects.handover(tenant, sessionId), async () => {
      await onTaken();
      return { released: true };
    }),
    bus.subscribe(subjects.context(tenant, sessionId), ({ body }) => announce(session, body)),
  );
  return session;
}

const warmContext = createParser(WarmContext, "a warm context", "internal");
const contextWarmed = createParser(
  Type.Omit(ContextWarmed, ["type"]),
  "a context announcement",
  "internal",
);

/** Tells the client what the warmer found. An announcement of another form is dropped. */
function announce(session: Session, body: unknown): void {
  if (!warmContext.is(body) && !contextWarmed.is(body)) return;
  const { confidence, domain, state } = body;
  const candidates = body.candidates.map(({ item_type, item_id, score }) => ({
    item_type,
    item_id,
    score,
  }));
  session.contextState = state;
  session.connection?.send({ type: "context-warmed", candidates, confidence, domain, state });
}

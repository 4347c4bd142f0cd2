import { type Bus, subjects, tenantOfSubject } from "@lilux/bus";
import { createParser, type Tenant, TurnId } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import { Type } from "typebox";
import type { Session } from "../session/session.ts";

const TURNS_MAX = 50_000;

/** Says and hears, among all gateways, which accepted turns somebody sees to. */
export interface TurnNews {
  /** `ended` only once what came of it is stored. */
  tell(turn: NamedTurn, state: "running" | "ended"): void;
  hasEnded(turn: NamedTurn): boolean;
  /** Somebody has said that it runs, or that it has ended. */
  isHeard(turn: NamedTurn): boolean;
  /** Until when the turn may be running although nothing is heard of it. Unix ms. */
  quietUntil(turn: NamedTurn, storedAt: number): number;
  /** Calls back at the next news of the turn; returns how to undo that. */
  onNews(turn: NamedTurn, listener: () => void): () => void;
  start(): void;
  stop(): Promise<void>;
}

export interface NamedTurn {
  tenant: Tenant;
  sessionId: string;
  turnId: string;
}

export interface TurnNewsDeps {
  bus: Bus;
  /** Unix milliseconds. */
  now(): number;
  /** The sessions this gateway holds. */
  held(): readonly Session[];
  beatMs: number;
  orphanedAfterMs: number;
}

const News = Type.Object({
  sessionId: Type.String(),
  turnId: TurnId,
  state: Type.Union([Type.Literal("running"), Type.Literal("ended")]),
});
const news = createParser(News, "news of a turn", "internal");

/**
 * Every gateway repeats the turns it runs once a beat. A gateway judges silence
 * only where it would have heard: not from before it listened, and not while it
 * had lost the bus or was itself frozen.
 */
export function createTurnNews(deps: TurnNewsDeps): TurnNews {
  const { bus, now, held, beatMs, orphanedAfterMs } = deps;
  const heard = new LRUCache<string, { at: number; ended: boolean }>({ max: TURNS_MAX });
  const listeners = new Map<string, Set<() => void>>();
  let listeningSince = now();
  let beatenAt = now();
  let beat: ReturnType<typeof setInterval> | undefined;
  let subscription: ReturnType<Bus["subscribe"]> | undefined;

  function noteGaps(): void {
    if (!bus.connected() || now() - beatenAt > 2 * beatMs) listeningSince = now();
  }

  function take(body: unknown, subject: string): void {
    if (!news.is(body)) return;
    const key = keyOf({ tenant: tenantOfSubject(subject), ...body });
    heard.set(key, { at: now(), ended: body.state === "ended" });
    for (const listener of [...(listeners.get(key) ?? [])]) listener();
  }

  function tell({ tenant, sessionId, turnId }: NamedTurn, state: "running" | "ended"): void {
    bus.publish(subjects.turnNews(tenant, sessionId), { sessionId, turnId, state });
  }

  return {
    tell,
    isHeard: (turn) => heard.has(keyOf(turn)),
    hasEnded: (turn) => heard.get(keyOf(turn))?.ended === true,
    quietUntil(turn, storedAt) {
      noteGaps();
      const heardAt = heard.get(keyOf(turn))?.at ?? 0;
      return Math.max(storedAt, heardAt, listeningSince) + orphanedAfterMs;
    },
    onNews(turn, listener) {
      const key = keyOf(turn);
      const waiting = listeners.get(key) ?? new Set();
      listeners.set(key, waiting.add(listener));
      return () => {
        waiting.delete(listener);
        if (waiting.size === 0) listeners.delete(key);
      };
    },
    start() {
      subscription = bus.subscribe(subjects.ofAll("turn-news"), (message) =>
        take(message.body, message.subject),
      );
      listeningSince = now();
      beatenAt = now();
      beat = setInterval(() => {
        noteGaps();
        beatenAt = now();
        for (const session of held()) {
          for (const turnId of session.turns.keys()) tell({ ...session, turnId }, "running");
        }
      }, beatMs);
      beat.unref();
    },
    async stop() {
      clearInterval(beat);
      await subscription?.close().catch(() => undefined);
    },
  };
}

function keyOf({ tenant, sessionId, turnId }: NamedTurn): string {
  return `${tenant}/${sessionId}/${turnId}`;
}

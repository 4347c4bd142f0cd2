import type { Subscription } from "@lilux/bus";
import type { TraceContext } from "@lilux/core/telemetry";
import type { ContextState, ServerFrame, Tenant } from "@lilux/protocol";
import type { Caller } from "../access/caller.ts";
import type { EventLog } from "./event-log.ts";
import type { PredictionMemory } from "./prediction-memory.ts";
import type { RunningTurn } from "./running-turn.ts";
import type { SpeculationCache } from "./speculation-cache.ts";

/** What a session needs of the connection that shows it. */
export interface SessionConnection {
  send(frame: ServerFrame, json?: string): void;
  /** Where its frames leave on ticks: the longest and the present wait for one. */
  tickMs?(): number;
  heldMs?(): number;
  /** Ends this connection because another one took the session. */
  replace(): void;
}

/** One person's conversation with one gateway at a time. Outlives its connections. */
export interface Session {
  readonly tenant: Tenant;
  readonly sessionId: string;
  /** Names this holder of the session; another one has another name. */
  readonly writer: string;
  readonly log: EventLog;
  readonly predictions: PredictionMemory;
  readonly speculations: SpeculationCache;
  /** Accepted and not ended. */
  readonly turns: Map<string, RunningTurn>;
  /** Every turn id that was taken, so that none is taken twice. */
  readonly turnIds: Set<string>;
  /** The last committed lines, oldest first. */
  readonly history: string[];
  readonly subscriptions: Subscription[];
  /** Turns that are being stored; they count against the limit. */
  turnsBeingStored: number;
  contextState: ContextState;
  connection: SessionConnection | undefined;
  /** Who shows it now, or showed it last. */
  caller: Caller | undefined;
  trace: TraceContext | undefined;
  /** When it may be forgotten; undefined while connected. Milliseconds of the clock. */
  expiresAt: number | undefined;
}

const HISTORY_LINES_MAX = 5;
const TURN_IDS_MAX = 10_000;

export function rememberLine(session: Session, text: string): void {
  session.history.push(text);
  if (session.history.length > HISTORY_LINES_MAX) session.history.shift();
}

export function rememberTurnId(session: Session, turnId: string): void {
  session.turnIds.add(turnId);
  if (session.turnIds.size <= TURN_IDS_MAX) return;
  const [oldest] = session.turnIds;
  if (oldest !== undefined) session.turnIds.delete(oldest);
}

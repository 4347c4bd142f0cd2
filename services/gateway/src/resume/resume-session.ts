import { type Bus, type StreamMessage, subjects } from "@lilux/bus";
import { LiluxError, type SessionEvent, type Tenant, type TurnRecord } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { Caller } from "../access/caller.ts";
import type { ResumeTokens } from "../access/resume-tokens.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { ThresholdsOf } from "../predict/tenant-thresholds.ts";
import { readStored } from "../session/read-stored.ts";
import { rememberLine, rememberTurnId, type Session } from "../session/session.ts";
import type { Sessions } from "../session/sessions.ts";
import { type StoredEvent, toStored } from "../session/stored-event.ts";
import { takeTurn } from "../session/turn-decision.ts";
import { startTurn } from "../turn/accept-turn.ts";
import { interactionOf, interruptedEnd } from "../turn/interrupted-turn.ts";
import { journalEnd } from "../turn/journal-end.ts";
import type { RunAcceptedTurnDeps } from "../turn/run-accepted-turn.ts";
import { planRecovery, type UnendedTurn } from "./plan-recovery.ts";

const HANDOVER_WITHIN_MS = 2_000;
const READ_WITHIN_MS = 2_000;
const TURNS_MAX = 4_000;
const SESSION_ID = /^[A-Za-z0-9_-]{1,128}$/;

export interface ResumeClaim {
  caller: Caller;
  sessionId: string;
  resumeToken: string;
  offset: number;
}

/** A session to go on with, and the events the client has missed that memory does not hold. */
export interface Resumed {
  session: Session;
  missed: StoredEvent[];
}

export interface ResumeDeps extends RunAcceptedTurnDeps {
  bus: Bus;
  sessions: Sessions;
  tokens: ResumeTokens;
  thresholdsOf: ThresholdsOf;
  metrics: GatewayMetrics;
  logger: Logger;
  /** The same caller as they are now. Rejects when they would not be let in any more. */
  again(caller: Caller): Promise<Caller>;
}

/**
 * Finds the session a client wants to go on with: here, at another gateway
 * (which lets go of it), or in what is stored of it. Resolves with undefined
 * when the claim is not good or something the client missed is not there any
 * more: it then gets a fresh session. Rejects with `bus_unavailable` when the
 * store does not answer, since then nobody can know.
 */
export type ResumeSession = (claim: ResumeClaim) => Promise<Resumed | undefined>;

export function createResumeSession(deps: ResumeDeps): ResumeSession {
  const { sessions, tokens, metrics } = deps;
  const recovering = new Map<string, Promise<Session | undefined>>();

  async function findOrRecover(claim: ResumeClaim): Promise<Session | undefined> {
    const { sessionId } = claim;
    const { tenant } = claim.caller;
    const here = sessions.find(tenant, sessionId);
    if (here !== undefined) return here;
    const key = `${tenant}/${sessionId}`;
    const running = recovering.get(key) ?? recover(claim, deps);
    recovering.set(key, running);
    return running.finally(() => recovering.delete(key));
  }

  /** A token dies with the credential that it was given to, whoever brings it. */
  async function isGood(claim: ResumeClaim): Promise<boolean> {
    const given = { ...claim, tenant: claim.caller.tenant };
    if (!SESSION_ID.test(claim.sessionId) || !tokens.isValid(given)) return false;
    const holder = tokens.holderOf(given);
    if (holder === undefined) return true;
    try {
      await deps.again(holder);
      return true;
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      if (error.retryable || error.code === "internal") throw error;
      return false;
    }
  }

  return async (claim) => {
    if (!(await isGood(claim))) {
      metrics.resumes.inc({ outcome: "refused" });
      return undefined;
    }
    const isHere = sessions.find(claim.caller.tenant, claim.sessionId) !== undefined;
    const session = await findOrRecover(claim);
    const missed = session && (await missedBelowMemory(session, claim.offset, deps.bus));
    if (session === undefined || missed === undefined) {
      metrics.resumes.inc({ outcome: "unknown" });
      return undefined;
    }
    metrics.resumes.inc({ outcome: isHere ? "memory" : "store" });
    return { session, missed };
  };
}

/** The events after `offset` that memory holds no more; undefined when some are lost. */
async function missedBelowMemory(
  session: Session,
  offset: number,
  bus: Bus,
): Promise<StoredEvent[] | undefined> {
  if (offset > session.log.releasedOffset()) return undefined;
  const oldest = session.log.oldestOffset();
  if (offset + 1 >= oldest) return [];
  const stored = await readStored(session, { bus, deadlineMs: READ_WITHIN_MS });
  const events = new Map<number, SessionEvent>();
  for (const event of stored.flatMap((message): SessionEvent[] => message.events)) {
    events.set(event.offset, event);
  }
  const missed: StoredEvent[] = [];
  for (let next = offset + 1; next < oldest; next += 1) {
    const event = events.get(next);
    if (event === undefined) return undefined;
    missed.push(toStored(event));
  }
  return missed;
}

async function recover(claim: ResumeClaim, deps: ResumeDeps): Promise<Session | undefined> {
  const { bus, sessions } = deps;
  const { caller, sessionId, offset } = claim;
  const { tenant } = caller;
  await askToLetGo({ tenant, sessionId }, bus);
  const [stored, turns] = await Promise.all([
    readStored({ tenant, sessionId }, { bus, deadlineMs: READ_WITHIN_MS }),
    bus.read("TURNS", subjects.turn(tenant, sessionId), {
      messagesMax: TURNS_MAX,
      deadlineMs: READ_WITHIN_MS,
    }),
  ]);
  const plan = planRecovery({
    stored,
    turns: turns.map(asTurn),
    clientOffset: offset,
    now: deps.now(),
  });
  if (plan === undefined) return undefined;
  const { lastOffset, nextIndex } = plan;
  const session = sessions.adopt({ tenant, sessionId, lastOffset, nextIndex });
  session.caller = caller;
  for (const turnId of plan.knownTurnIds) rememberTurnId(session, turnId);
  for (const line of plan.lines) rememberLine(session, line);
  for (const turn of plan.unended) await settle(session, turn, deps);
  return session;
}

/** Another gateway that holds the session stops; that none answers means that none does. */
async function askToLetGo(
  { tenant, sessionId }: { tenant: Tenant; sessionId: string },
  bus: Bus,
): Promise<void> {
  if (!bus.connected()) throw new LiluxError("bus_unavailable");
  try {
    const subject = subjects.handover(tenant, sessionId);
    await bus.request(subject, {}, { deadlineMs: HANDOVER_WITHIN_MS });
  } catch (thrown) {
    // One that is frozen is fenced when it wakes: its next stored batch is refused.
    if (!bus.connected()) throw thrown;
  }
}

/** A turn without a known end starts again if nothing of it was done, else it is ended. */
async function settle(session: Session, turn: UnendedTurn, deps: ResumeDeps): Promise<void> {
  const { turnId, stored, told, events, isUntold } = turn;
  if (turn.mayStart && stored !== undefined && (await takeTurn(session, turnId, deps.bus))) {
    const request = {
      turn: stored.record,
      sequence: stored.sequence,
      thresholds: deps.thresholdsOf(session.tenant),
    };
    const span = deps.spans.start("turn", { kind: "server", isSampled: true });
    deps.logger.info({ turnId, traceId: span.trace.traceId }, "turn taken over");
    startTurn(session, { request, shown: undefined, receivedAt: performance.now(), span }, deps);
    return;
  }
  const end = interruptedEnd(turnId, told);
  if (isUntold) session.log.append({ type: "turn-accepted", turnId });
  session.log.append(end);
  if (stored === undefined) return;
  const { record } = stored;
  const interaction = interactionOf(record, [...events, end], deps.now());
  void journalEnd(session, { record, interaction }, deps);
  deps.metrics.turnsEnded.inc({ outcome: "interrupted", path: interaction.path ?? "none" });
}

function asTurn({ body, sequence }: StreamMessage): { record: TurnRecord; sequence: number } {
  return { record: body as TurnRecord, sequence };
}

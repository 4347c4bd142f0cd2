import { randomBytes } from "node:crypto";
import { type Bus, hearGone, subjects, tenantOfSubject } from "@lilux/bus";
import { isWithinShare } from "@lilux/core/fairness";
import { createParser, LibraryChange, LiluxError, type Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { rateLimited } from "../admit/rate-limited.ts";
import type { Tenants } from "../admit/tenants.ts";
import type { GatewayLimits } from "../config.ts";
import { createSession, type SessionStartPoint } from "./create-session.ts";
import type { Session } from "./session.ts";
import { createTenantSessions } from "./tenant-sessions.ts";

const SWEEP_MS = 1_000;
const FLUSH_MS = 1_000;

export interface SessionsDeps {
  bus: Bus;
  limits: GatewayLimits;
  tenants: Tenants;
  logger: Logger;
  now(): number;
}

/** The sessions this gateway holds. */
export interface Sessions {
  /**
   * A fresh one. When no more fit, of this tenant or of all, the one of this
   * tenant that waits longest to be resumed makes room, and never a neighbour's:
   * it can be resumed from what is stored. Throws `rate_limited` when the
   * tenant's are all in use, `overloaded` when so many of everybody's are that this
   * tenant has its share of them, by its weight.
   */
  open(tenant: Tenant): Session;
  /** One that continues what another gateway, or this one before, had stored. */
  adopt(point: SessionStartPoint): Session;
  find(tenant: Tenant, sessionId: string): Session | undefined;
  all(): Session[];
  /** Its connection is gone: it is kept for the resume window, and until its turns end. */
  detach(session: Session): void;
  /** Lets go of it. Its running turns are not told an end here. */
  release(session: Session): Promise<void>;
  close(): Promise<void>;
}

export function createSessions(deps: SessionsDeps): Sessions {
  const { bus, limits, logger, now } = deps;
  const held = new Map<string, Session>();
  const byTenant = createTenantSessions();
  const sweeper = setInterval(sweep, SWEEP_MS);
  sweeper.unref();
  const library = bus.subscribe(subjects.ofAllTenants("library"), ({ subject, body }) => {
    const tenant = libraryChange.is(body) ? tenantOfSubject(subject) : undefined;
    for (const session of held.values()) {
      if (session.tenant === tenant) session.speculations.clear();
    }
  });

  const gone = hearGone(bus, (tenant) => {
    for (const session of [...held.values()]) {
      if (session.tenant === tenant) void endForGood(session);
    }
  });

  /** Its tenant is being deleted. Whoever shows it is turned out as one who may not be in any more, and it goes then. */
  async function endForGood(session: Session): Promise<void> {
    for (const turn of session.turns.values()) turn.interrupt(new LiluxError("unauthenticated"));
    if (session.connection === undefined) await release(session).catch(() => undefined);
  }

  function sweep(): void {
    for (const session of held.values()) {
      const isOver = session.expiresAt !== undefined && session.expiresAt <= now();
      if (isOver && session.turns.size === 0) forget(session);
    }
  }

  function hold(point: SessionStartPoint): Session {
    makeRoom(point.tenant);
    const session = createSession(point, {
      bus,
      now,
      expiresAt: now() + limits.session.resumeWindowMs,
      onTaken: () => release(session),
    });
    held.set(keyOf(session.tenant, session.sessionId), session);
    byTenant.add(session);
    return session;
  }

  function makeRoom(tenant: Tenant): void {
    const account = deps.tenants.of(tenant);
    const own = byTenant.count(tenant);
    const isTenantFull = own >= account.sessionsMax();
    const share = { max: limits.sessionsMax, all: held.size, own, more: 1 };
    if (!isTenantFull && isWithinShare({ ...share, weight: account.weight() })) return;
    const longestWaiting = byTenant.longestWaiting(tenant);
    if (longestWaiting !== undefined) forget(longestWaiting);
    else if (isTenantFull) throw rateLimited("sessions", SWEEP_MS);
    else throw new LiluxError("overloaded");
  }

  function drop(session: Session): boolean {
    byTenant.remove(session);
    return held.delete(keyOf(session.tenant, session.sessionId));
  }

  function forget(session: Session): void {
    if (!drop(session)) return;
    stopListening(session);
    void session.log.flush(FLUSH_MS).finally(() => session.log.close());
  }

  async function release(session: Session): Promise<void> {
    if (!drop(session)) return;
    for (const turn of session.turns.values()) turn.release();
    session.connection?.replace();
    await session.log.flush(FLUSH_MS);
    session.log.close();
    stopListening(session);
    logger.info({ tenant: session.tenant, sessionId: session.sessionId }, "session released");
  }

  return {
    open: (tenant) => hold({ tenant, sessionId: newSessionId(), lastOffset: 0, nextIndex: 0 }),
    adopt: hold,
    find: (tenant, sessionId) => held.get(keyOf(tenant, sessionId)),
    all: () => [...held.values()],
    detach(session) {
      session.connection = undefined;
      session.log.watch(undefined);
      session.expiresAt = now() + limits.session.resumeWindowMs;
      byTenant.waits(session);
    },
    release,
    async close() {
      clearInterval(sweeper);
      void library.close().catch(() => undefined);
      void gone.close().catch(() => undefined);
      const all = [...held.values()];
      held.clear();
      all.forEach(stopListening);
      await Promise.all(all.map(({ log }) => log.flush(FLUSH_MS)));
      for (const { log } of all) log.close();
    },
  };
}

const libraryChange = createParser(LibraryChange, "a library change", "internal");
function stopListening({ subscriptions }: Session): void {
  for (const subscription of subscriptions) void subscription.close().catch(() => undefined);
}

function newSessionId(): string {
  return `s_${randomBytes(16).toString("base64url")}`;
}

function keyOf(tenant: Tenant, sessionId: string): string {
  return `${tenant}/${sessionId}`;
}

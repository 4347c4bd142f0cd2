import type { Tenant } from "@lilux/protocol";
import type { Session } from "./session.ts";

/** The sessions held, by tenant, each tenant's in the order they began to wait. */
export interface TenantSessions {
  add(session: Session): void;
  remove(session: Session): void;
  /** Its connection is gone. */
  waits(session: Session): void;
  count(tenant: Tenant): number;
  /** The first to have lost its connection of those that nobody uses and nothing runs in. */
  longestWaiting(tenant: Tenant): Session | undefined;
}

export function createTenantSessions(): TenantSessions {
  const tenants = new Map<string, { all: Set<Session>; waiting: Set<Session> }>();
  return {
    add(session) {
      const own = tenants.get(session.tenant) ?? { all: new Set(), waiting: new Set() };
      tenants.set(session.tenant, own);
      own.all.add(session);
    },
    remove(session) {
      const own = tenants.get(session.tenant);
      own?.all.delete(session);
      own?.waiting.delete(session);
      if (own?.all.size === 0) tenants.delete(session.tenant);
    },
    waits(session) {
      const own = tenants.get(session.tenant);
      if (own?.all.has(session) !== true) return;
      own.waiting.delete(session);
      own.waiting.add(session);
    },
    count: (tenant) => tenants.get(tenant)?.all.size ?? 0,
    longestWaiting(tenant) {
      const own = tenants.get(tenant);
      for (const session of own?.waiting ?? []) {
        // One that was resumed waits no more, and is told here.
        if (session.connection !== undefined) own?.waiting.delete(session);
        else if (session.turns.size + session.turnsBeingStored === 0) return session;
      }
      return undefined;
    },
  };
}

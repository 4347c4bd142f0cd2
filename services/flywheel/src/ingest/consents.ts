import type { Clock } from "@lilux/core/async";
import type { Consent, FlywheelStore } from "@lilux/database";
import type { Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";

/** What tenants have agreed to, known for a few seconds: the store looks once more when it writes. */
export interface Consents {
  of(tenant: Tenant): Promise<Consent>;
  /** It has been changed here. */
  changed(tenant: Tenant): void;
}

const TENANTS_MAX = 10_000;
const KNOWN_MS = 5_000;

export function createConsents(store: Pick<FlywheelStore, "consent">, clock: Clock): Consents {
  const known = new LRUCache<string, Consent>({
    max: TENANTS_MAX,
    ttl: KNOWN_MS,
    ttlResolution: 0,
    perf: { now: () => clock.monotonic() },
  });
  return {
    async of(tenant) {
      const held = known.get(tenant);
      if (held !== undefined) return held;
      const consent = await store.consent(tenant);
      known.set(tenant, consent);
      return consent;
    },
    changed: (tenant) => known.delete(tenant),
  };
}

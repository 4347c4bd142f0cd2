import type { Tenant, TenantSettings } from "@lilux/protocol";
import { LRUCache } from "lru-cache";

const TENANTS_MAX = 10_000;
const NONE: TenantSettings = {};

/**
 * What tenants set, for those who cannot wait to be told: as it was when somebody of the tenant was last let
 * in or looked at again, which whoever stays is each second. A tenant that is no record has set nothing.
 */
export interface SettingsBook {
  of(tenant: Tenant): TenantSettings;
  note(tenant: Tenant, settings: TenantSettings): void;
}

export function createSettingsBook(): SettingsBook {
  const known = new LRUCache<string, TenantSettings>({ max: TENANTS_MAX });
  return {
    of: (tenant) => known.get(tenant) ?? NONE,
    note: (tenant, settings) => void known.set(tenant, settings),
  };
}

import type { Tenant } from "@lilux/protocol";

/** What one tenant may use of the language models. What is not said has no bound. */
export interface TenantLimits {
  /** Its share of a crowded server: 2 is served twice as much as 1, which is usual. */
  weight?: number;
  /** Requests at once, on each pool. */
  running?: number;
  tokensPerMinute?: number;
  tokensPerDay?: number;
  /** In the currency of the pools' prices. A day ends at midnight UTC. */
  costPerDay?: number;
}

export interface ModelLimits {
  /** For tenants that have none of their own. */
  everyone?: TenantLimits;
  tenants?: Readonly<Record<string, TenantLimits>>;
}

/** A tenant's own fields, and everyone's where it has none. */
export function limitsOf({ everyone, tenants }: ModelLimits, tenant: Tenant): TenantLimits {
  const own = tenants !== undefined && Object.hasOwn(tenants, tenant) ? tenants[tenant] : undefined;
  return { ...everyone, ...own };
}

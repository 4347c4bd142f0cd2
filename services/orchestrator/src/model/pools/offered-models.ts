import type { Mandate, OfferedModel, Tenant } from "@lilux/protocol";
import type { Pool } from "./pool.ts";
import { isOfferedTo } from "./turn-state.ts";

export interface OfferedTo {
  tenant: Tenant;
  /** Who asks: their tenant may have named the only pool; and whoever runs the server is told of all that it serves. */
  mandate: Pick<Mandate, "verbs" | "settings"> | undefined;
}

/** Who may answer a tenant: its pools, each with the adapter of its own that it would answer with. */
export function offeredModels(
  pools: readonly Pick<Pool, "name" | "tenants" | "adapters" | "served">[],
  { tenant, mandate }: OfferedTo,
): OfferedModel[] {
  const only = mandate?.settings?.modelPool;
  return pools
    .filter((pool) => isOfferedTo(tenant, pool) && (only === undefined || pool.name === only))
    .flatMap(({ name, adapters, served }) => {
      // Names that a server has for others are nobody's business but the operator's.
      if (mandate?.verbs.has("operate") === true) {
        return [...new Set([name, ...(served() ?? [])])].map((id) => ({ id, pool: name }));
      }
      const set = mandate?.settings?.adapter;
      const isServed = set !== undefined && served()?.includes(set) === true;
      const own = isServed ? set : adapters[tenant];
      const ids = new Set([name, ...(own === undefined ? [] : [own])]);
      return [...ids].map((id) => ({ id, pool: name }));
    });
}

import type { OfferedModel } from "@lilux/protocol";
import type { Pool } from "./pool.ts";
import { isOfferedTo } from "./turn-state.ts";

/** Who may answer a tenant: its pools, each with the adapter of its own that it would answer with. */
export function offeredModels(
  pools: readonly Pick<Pool, "name" | "tenants" | "adapters">[],
  tenant: string,
): OfferedModel[] {
  return pools
    .filter((pool) => isOfferedTo(tenant, pool))
    .flatMap(({ name, adapters }) => {
      const adapter = adapters[tenant];
      const own = adapter === undefined ? [] : [{ id: adapter, pool: name }];
      return [{ id: name, pool: name }, ...own];
    });
}

import type { TenantHolder } from "@lilux/bus";
import { type ContextStore, heldOfTenant } from "@lilux/context-store";
import { LiluxError } from "@lilux/protocol";

/** What the warmer keeps of tenants outside its memory: warm contexts. */
export function createWarmerHolder(
  store: Pick<ContextStore, "forgetTenant" | "heldBytes">,
): TenantHolder {
  const contextsOf = heldOfTenant(store, "context");
  return {
    async delete(tenant) {
      const contexts = await store.forgetTenant("context", tenant);
      if (contexts === "unavailable") throw new LiluxError("store_unavailable");
      return { "warm contexts": contexts };
    },
    measure: async (tenant) => ({ contexts: await contextsOf(tenant) }),
  };
}

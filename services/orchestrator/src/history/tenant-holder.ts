import type { TenantHolder } from "@lilux/bus";
import { type ContextStore, heldOfTenant, type KeyKind } from "@lilux/context-store";
import { LiluxError } from "@lilux/protocol";

/** The orchestrator's own in the store, as people call it. */
const KINDS: readonly [KeyKind, string][] = [
  ["history", "conversations that models were told"],
  ["spending", "budgets of language models"],
  ["teaching", "budgets of teaching"],
];

/** What the orchestrator keeps of tenants outside its memory. */
export function createOrchestratorHolder(
  store: Pick<ContextStore, "forgetTenant" | "heldBytes">,
): TenantHolder {
  const historyOf = heldOfTenant(store, "history");
  return {
    async delete(tenant) {
      const removed: Record<string, number> = {};
      for (const [kind, name] of KINDS) {
        const forgotten = await store.forgetTenant(kind, tenant);
        if (forgotten === "unavailable") throw new LiluxError("store_unavailable");
        removed[name] = forgotten;
      }
      return removed;
    },
    measure: async (tenant) => ({ history: await historyOf(tenant) }),
  };
}

import { LiluxError, type Tenant, type TenantSettings } from "@lilux/protocol";
import type { ListModels } from "@lilux/rpc";
import type { Caller } from "../access/caller.ts";

export interface ModelsWanted {
  tenant: Tenant;
  before: TenantSettings;
  after: TenantSettings;
  /** Who changes it. */
  caller: Pick<Caller, "person" | "verbs">;
}

/**
 * Refuses a pool or an adapter that nobody has, by the names that there are. Only what is named anew is looked
 * at. Throws `invalid_request`, `forbidden` for an adapter that others than the operator name (a server's models
 * may be another tenant's), and `orchestrator_unavailable` where nobody can say.
 */
export async function assertKnownModels(
  { tenant, before, after, caller }: ModelsWanted,
  listModels: ListModels,
): Promise<void> {
  const { modelPool, adapter } = after;
  const isPoolNew = modelPool !== undefined && modelPool !== before.modelPool;
  if (adapter !== before.adapter && !caller.verbs.has("operate")) throw notTheirs();
  const isAdapterNew = adapter !== undefined && (isPoolNew || adapter !== before.adapter);
  if (!isPoolNew && !isAdapterNew) return;
  const mandate = { ...caller, tenant };
  const offered = await listModels(tenant, { mandate });
  const pools = [...new Set(offered.map(({ pool }) => pool))];
  if (isPoolNew && !pools.includes(modelPool)) {
    throw unknown("modelPool", { named: modelPool, kind: "pool of model servers", known: pools });
  }
  if (!isAdapterNew) return;
  const asked = pools.filter((pool) => modelPool === undefined || pool === modelPool);
  // Of a server that was not examined yet, or lists nothing, only its pool's name is known.
  const served = asked.map((pool) =>
    offered.filter((one) => one.pool === pool && one.id !== pool).map(({ id }) => id),
  );
  const known = [...new Set(served.flat())];
  if (known.includes(adapter) || served.some((ids) => ids.length === 0)) return;
  throw unknown("adapter", { named: adapter, kind: "model on these servers", known });
}

function unknown(
  field: "modelPool" | "adapter",
  { named, kind, known }: { named: string; kind: string; known: readonly string[] },
): LiluxError {
  const there = known.length === 0 ? "none" : known.join(", ");
  return new LiluxError("invalid_request", {
    message: `${field}: there is no ${kind} named \`${named}\` for this tenant. There is: ${there}.`,
    details: { field: `settings.${field}`, known: [...known] },
  });
}

function notTheirs(): LiluxError {
  return new LiluxError("forbidden", {
    message:
      "adapter is set by whoever runs this server: its models may be another tenant's. A tenant's admins change its other settings.",
    details: { field: "settings.adapter", needs: "operate" },
  });
}

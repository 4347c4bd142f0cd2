import type { Tenant } from "@lilux/protocol";
import { eq, type SQL, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { type RegistryActor, recordAct } from "./registry-act.ts";
import { registryPublishers } from "./registry-schema.ts";

/** Whose items a tenant takes beside its own; null: everybody's. */
export async function publishersOf(queries: Queries, tenant: Tenant): Promise<string[] | null> {
  const [row] = await queries
    .select({ publishers: registryPublishers.publishers })
    .from(registryPublishers)
    .where(eq(registryPublishers.tenant, tenant));
  return row?.publishers ?? null;
}

export async function setPublishers(
  queries: Queries,
  { of, publishers, by }: { of: Tenant; publishers: string[] | null; by: RegistryActor },
): Promise<void> {
  if (publishers === null) {
    await queries.delete(registryPublishers).where(eq(registryPublishers.tenant, of));
  } else {
    await queries
      .insert(registryPublishers)
      .values({ tenant: of, publishers })
      .onConflictDoUpdate({ target: registryPublishers.tenant, set: { publishers } });
  }
  const act = { tenant: of, action: "set-publishers", target: of, detail: { publishers } };
  await recordAct(queries, by, act);
}

/** The same within a query. */
export function publishersFor(tenant: Tenant): SQL<string[] | null> {
  return sql<string[] | null>`(
    select to_jsonb(allowed.publishers) from registry_publishers allowed
    where allowed.tenant = ${tenant})`;
}

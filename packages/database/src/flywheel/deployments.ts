import type { Tenant } from "@lilux/protocol";
import { eq, sql } from "drizzle-orm";
import type { TenantQueries } from "../database.ts";
import { flywheelDeployments } from "../schema.ts";

/** Until the transaction ends nobody else changes what answers this tenant. */
export async function lockDeployment(queries: TenantQueries, tenant: Tenant): Promise<void> {
  await queries
    .insert(flywheelDeployments)
    .values({ tenant, revision: 0, told: 0 })
    .onConflictDoNothing();
  await queries
    .select()
    .from(flywheelDeployments)
    .where(eq(flywheelDeployments.tenant, tenant))
    .for("update");
}

/** What answers the tenant is another now, and is to be told: the number of the change. */
export async function raiseRevision(queries: TenantQueries, tenant: Tenant): Promise<number> {
  const [row] = await queries
    .update(flywheelDeployments)
    .set({ revision: sql`${flywheelDeployments.revision} + 1` })
    .where(eq(flywheelDeployments.tenant, tenant))
    .returning({ revision: flywheelDeployments.revision });
  return row?.revision ?? 0;
}

import { createParser, type Tenant, ThresholdFit } from "@lilux/protocol";
import { desc, eq } from "drizzle-orm";
import type { Queries, TenantQueries } from "../database.ts";
import { flywheelThresholds } from "../schema.ts";
import { lockDeployment, raiseRevision } from "./deployments.ts";
import type { DecideThreshold, StoredThreshold } from "./model-shapes.ts";

const fits = createParser(ThresholdFit, "a kept fit", "internal");
const READ_MAX = 100;

/** The newest first. */
export async function listThresholds(queries: Queries, tenant: Tenant): Promise<StoredThreshold[]> {
  const rows = await queries
    .select()
    .from(flywheelThresholds)
    .where(eq(flywheelThresholds.tenant, tenant))
    .orderBy(desc(flywheelThresholds.position))
    .limit(READ_MAX);
  return rows.map(({ at, fit, mode, act, model, by }) => ({
    at: at.getTime(),
    by,
    mode,
    act,
    model,
    fit: fit === null ? null : fits.parse(fit),
  }));
}

/** Of tenants, in no order, whose bar is fitted every night. */
export async function tenantsFitted(queries: Queries): Promise<Tenant[]> {
  const { tenant, mode, position } = flywheelThresholds;
  const rows = await queries
    .selectDistinctOn([tenant], { tenant, mode })
    .from(flywheelThresholds)
    .orderBy(tenant, desc(position));
  return rows.filter((row) => row.mode === "on").map((row) => row.tenant);
}

/**
 * Writes down what `decide` says of the bar as it is, one change of a tenant at a time, and that it is
 * to be told. What it throws changes nothing.
 */
export async function changeThreshold(
  queries: TenantQueries,
  { tenant, decide }: { tenant: Tenant; decide: DecideThreshold },
): Promise<StoredThreshold> {
  await lockDeployment(queries, tenant);
  const next = decide(await listThresholds(queries, tenant));
  await queries.insert(flywheelThresholds).values({ ...next, tenant, at: new Date(next.at) });
  await raiseRevision(queries, tenant);
  return next;
}

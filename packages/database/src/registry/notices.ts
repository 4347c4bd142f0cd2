import type { Notice, Tenant } from "@lilux/protocol";
import { and, asc, eq, gt, lte } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryNotices } from "./registry-schema.ts";

const PAGE = 100;
/** What is older was read, or never will be. */
const KEPT_MS = 90 * 24 * 3_600_000;

export async function addNotices(
  queries: Queries,
  tenants: readonly Tenant[],
  notice: Pick<Notice, "kind" | "target" | "detail"> & { at: Date },
): Promise<void> {
  if (tenants.length === 0) return;
  const before = new Date(notice.at.getTime() - KEPT_MS);
  await queries.delete(registryNotices).where(lte(registryNotices.at, before));
  await queries.insert(registryNotices).values(tenants.map((tenant) => ({ tenant, ...notice })));
}

export async function listNotices(
  queries: Queries,
  { tenant, after }: { tenant: Tenant; after: number },
): Promise<Notice[]> {
  const rows = await queries
    .select()
    .from(registryNotices)
    .where(and(eq(registryNotices.tenant, tenant), gt(registryNotices.position, after)))
    .orderBy(asc(registryNotices.position))
    .limit(PAGE);
  return rows.map(({ tenant: _, at, ...row }) => ({ ...row, at: at.getTime() }));
}

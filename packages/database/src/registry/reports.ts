import { type ItemType, NO_TENANT, type Report } from "@lilux/protocol";
import { and, asc, count, eq, gt, gte, type SQL } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { type RegistryActor, recordAct } from "./registry-act.ts";
import { registryReports } from "./registry-schema.ts";
import type { ItemKey } from "./registry-shapes.ts";

const PER_PERSON_AND_HOUR_MAX = 10;
const PER_TENANT_AND_HOUR_MAX = 100;
const OPEN_MAX = 10_000;
const PAGE = 100;
const HOUR_MS = 3_600_000;

export type ReportOutcome =
  | { kind: "taken"; reportId: number }
  | { kind: "known"; reportId: number }
  | { kind: "too_many" };

/** Who reports one item twice says it once. */
export async function addReport(
  queries: Queries,
  { item, reason, by }: { item: ItemKey; reason: string; by: RegistryActor },
): Promise<ReportOutcome> {
  const { tenant, person, at } = by;
  const since = new Date(at.getTime() - HOUR_MS);
  const ofTenant = and(eq(registryReports.tenant, tenant), gte(registryReports.at, since));
  const ofPerson = and(ofTenant, eq(registryReports.person, person));
  const [known] = await queries
    .select({ reportId: registryReports.reportId })
    .from(registryReports)
    .where(
      and(
        eq(registryReports.tenant, tenant),
        eq(registryReports.person, person),
        eq(registryReports.state, "open"),
        eq(registryReports.namespace, item.namespace),
        eq(registryReports.itemType, item.itemType),
        eq(registryReports.qualifiedId, item.qualifiedId),
      ),
    );
  if (known !== undefined) return { kind: "known", reportId: known.reportId };
  const isTooMany =
    (await countWhere(queries, ofPerson)) >= PER_PERSON_AND_HOUR_MAX ||
    (await countWhere(queries, ofTenant)) >= PER_TENANT_AND_HOUR_MAX ||
    (await countWhere(queries, eq(registryReports.state, "open"))) >= OPEN_MAX;
  if (isTooMany) return { kind: "too_many" };
  const [added] = await queries
    .insert(registryReports)
    .values({ tenant, person, ...item, reason, at, state: "open" })
    .returning({ reportId: registryReports.reportId });
  const target = `${item.itemType} @${item.namespace}/${item.qualifiedId}`;
  await recordAct(queries, by, { tenant, action: "report", target, detail: { reason } });
  return { kind: "taken", reportId: added?.reportId ?? 0 };
}

async function countWhere(queries: Queries, where: SQL | undefined): Promise<number> {
  const [row] = await queries.select({ reports: count() }).from(registryReports).where(where);
  return row?.reports ?? 0;
}

/** Open ones, oldest first. */
export async function listReports(queries: Queries, after: number): Promise<Report[]> {
  const rows = await queries
    .select()
    .from(registryReports)
    .where(and(eq(registryReports.state, "open"), gt(registryReports.reportId, after)))
    .orderBy(asc(registryReports.reportId))
    .limit(PAGE);
  return rows.map(({ reportId, tenant, person, namespace, itemType, qualifiedId, ...row }) => ({
    reportId,
    tenant,
    person,
    item_type: itemType as ItemType,
    item_id: `@${namespace}/${qualifiedId}`,
    reason: row.reason,
    at: row.at.getTime(),
    state: row.state,
  }));
}

/** Whether it was open. */
export async function closeReport(
  queries: Queries,
  { reportId, by }: { reportId: number; by: RegistryActor },
): Promise<boolean> {
  const closed = await queries
    .update(registryReports)
    .set({ state: "closed" })
    .where(and(eq(registryReports.reportId, reportId), eq(registryReports.state, "open")))
    .returning({ reportId: registryReports.reportId });
  if (closed.length === 0) return false;
  await recordAct(queries, by, {
    tenant: NO_TENANT,
    action: "close-report",
    target: String(reportId),
  });
  return true;
}

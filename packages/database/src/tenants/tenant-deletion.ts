import {
  createParser,
  DeletionBegun,
  type DeletionPart,
  type DeletionReport,
  DeletionStepTaken,
  type Tenant,
} from "@lilux/protocol";
import { and, asc, eq, gt, ne, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { addRecord, listRecordsOf } from "./admin-records.ts";
import { bumpRevision } from "./tenant-rows.ts";
import type { Act } from "./tenant-shapes.ts";
import {
  tenantCounted,
  tenantKeys,
  tenantPeople,
  tenantRecords,
  tenantStorage,
  tenants,
  tenantTurns,
  tenantUsage,
} from "./tenants-schema.ts";

/** What a deletion puts on record; the report is read from these alone. */
const BEGUN = "tenant-deletion-begun";
const STEP = "tenant-deletion-step";
const ENDED = "tenant-deleted";
/** Ends what was on record of a deletion before: the tenant is there again. */
export const RESTORED = "tenant-restored";

const begun = createParser(DeletionBegun, "a begun deletion", "internal");
const step = createParser(DeletionStepTaken, "a step of a deletion", "internal");

/**
 * From now on nobody of it is let in. Its name stays taken, so that nobody inherits what is found later. Again
 * with other parts to do without, only these are noted. False when there is no such tenant.
 */
export async function beginDeletion(
  queries: Queries,
  { tenant, without }: { tenant: Tenant; without: readonly DeletionPart[] },
  act: Act,
): Promise<boolean> {
  const [row] = await queries
    .select({ state: tenants.state })
    .from(tenants)
    .where(and(eq(tenants.tenant, tenant), ne(tenants.state, "deleted")))
    .for("update");
  if (row === undefined) return false;
  const before = row.state === "deleting" ? await readDeletion(queries, tenant) : undefined;
  if (before !== undefined && without.every((part) => before.without.includes(part))) return true;
  await queries.update(tenants).set({ state: "deleting" }).where(eq(tenants.tenant, tenant));
  const detail = { without: [...new Set([...(before?.without ?? []), ...without])] };
  await addRecord(queries, { ...act, tenant, action: BEGUN, target: tenant, detail });
  await bumpRevision(queries);
  return true;
}

/** Tenants that are being deleted, by name. */
export async function listDeleting(queries: Queries): Promise<Tenant[]> {
  const rows = await queries
    .select({ tenant: tenants.tenant })
    .from(tenants)
    .where(eq(tenants.state, "deleting"))
    .orderBy(asc(tenants.tenant));
  return rows.map(({ tenant }) => tenant);
}

/** Tenants whose deletion ended after a moment (Unix ms): something late may still have been written. */
export async function listDeletedSince(queries: Queries, since: number): Promise<Tenant[]> {
  const rows = await queries
    .selectDistinct({ tenant: tenantRecords.tenant })
    .from(tenantRecords)
    // One that was restored since is nobody's to look after.
    .innerJoin(tenants, and(eq(tenants.tenant, tenantRecords.tenant), eq(tenants.state, "deleted")))
    .where(and(eq(tenantRecords.action, ENDED), gt(tenantRecords.at, new Date(since))));
  return rows.map(({ tenant }) => tenant);
}

export interface DeletionStep {
  tenant: Tenant;
  /** What was asked: a service, the bus, or the records themselves. */
  part: string;
  removed: Readonly<Record<string, number>>;
  kept: readonly { what: string; why: string }[];
  /** Why it could not be reached. */
  unreached?: string | undefined;
  /** What was done in its place, where there is none. */
  absent?: string | undefined;
}

/** Puts on record what a step did. One that tells nothing new leaves no record. */
export async function addDeletionStep(
  queries: Queries,
  { tenant, part, removed: all, kept, unreached: why, absent }: DeletionStep,
  act: Act,
): Promise<void> {
  const removed = Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0));
  const report = await readDeletion(queries, tenant);
  const known = new Set(report?.kept.map(({ what }) => what));
  const news = kept.filter(({ what }) => !known.has(what));
  const wasUnreached = report?.unreached.find((one) => one.part === part)?.why;
  const wasAbsent = report?.absent.find((one) => one.part === part)?.how;
  const isSame = wasUnreached === why && (absent === undefined || wasAbsent === absent);
  if (Object.keys(removed).length === 0 && news.length === 0 && isSame) return;
  const detail: DeletionStepTaken = {
    removed,
    kept: news,
    unreached: why ?? null,
    ...(absent === undefined ? {} : { absent }),
  };
  await addRecord(queries, { ...act, tenant, action: STEP, target: part, detail });
}

/** What its records say of a deletion; undefined when none was begun. */
export async function readDeletion(
  queries: Queries,
  tenant: Tenant,
): Promise<DeletionReport | undefined> {
  const actions = [BEGUN, STEP, ENDED, RESTORED];
  const all = await listRecordsOf(queries, { tenant, actions });
  // What came back since was not deleted yet.
  const records = all.slice(all.findLastIndex(({ action }) => action === RESTORED) + 1);
  const [first] = records;
  if (first === undefined) return undefined;
  const report: DeletionReport = {
    tenant,
    state: "deleting",
    begunAt: first.at,
    begunBy: first.actor,
    endedAt: null,
    removed: {},
    kept: [],
    unreached: [],
    absent: [],
    without: [],
  };
  for (const { action, target, at, detail } of records) {
    if (action === ENDED) Object.assign(report, { state: "deleted", endedAt: at });
    if (action === BEGUN && begun.is(detail)) report.without = detail.without;
    if (action === STEP && step.is(detail)) addStep(report, target, detail);
  }
  return report;
}

function addStep(
  report: DeletionReport,
  part: string,
  { removed, kept, unreached, absent }: DeletionStepTaken,
) {
  for (const [kind, count] of Object.entries(removed)) {
    report.removed[kind] = (report.removed[kind] ?? 0) + count;
  }
  report.kept.push(...kept);
  report.unreached = report.unreached.filter((one) => one.part !== part);
  if (unreached !== null) report.unreached.push({ part, why: unreached });
  if (absent === undefined) return;
  report.absent = report.absent.filter((one) => one.part !== part);
  report.absent.push({ part, how: absent });
}

/** Its keys, people and usage go, and it is as if it had never been, but for its name and its records. */
export async function endDeletion(queries: Queries, tenant: Tenant, act: Act): Promise<void> {
  const usage = await totalsOf(queries, tenant);
  const removed = {
    keys: await deleted(
      queries.delete(tenantKeys).where(eq(tenantKeys.tenant, tenant)).returning(),
    ),
    people: await deleted(
      queries.delete(tenantPeople).where(eq(tenantPeople.tenant, tenant)).returning(),
    ),
    "names of counted turns":
      (await deleted(
        queries.delete(tenantTurns).where(eq(tenantTurns.tenant, tenant)).returning(),
      )) +
      (await deleted(
        queries.delete(tenantCounted).where(eq(tenantCounted.tenant, tenant)).returning(),
      )),
    "days of usage": await deleted(
      queries.delete(tenantUsage).where(eq(tenantUsage.tenant, tenant)).returning(),
    ),
    "days of storage": await deleted(
      queries.delete(tenantStorage).where(eq(tenantStorage.tenant, tenant)).returning(),
    ),
  };
  const kept = [
    { what: "what was done to it", why: "Records of administration outlive their tenant." },
    {
      what: `the name ${tenant}`,
      why: "So that nobody is ever given what is found under it later.",
    },
    ...(usage === undefined
      ? []
      : [{ what: usage, why: "For its last bill: sums, without days and persons." }]),
  ];
  await addDeletionStep(queries, { tenant, part: "records", removed, kept }, act);
  await queries
    .update(tenants)
    .set({ state: "deleted", plan: "", limits: {}, settings: {}, signIn: null })
    .where(eq(tenants.tenant, tenant));
  await addRecord(queries, { ...act, tenant, action: ENDED, target: tenant });
  await bumpRevision(queries);
}

async function deleted(gone: PromiseLike<unknown[]>): Promise<number> {
  return (await gone).length;
}

async function totalsOf(queries: Queries, tenant: Tenant): Promise<string | undefined> {
  const sum = (column: typeof tenantUsage.turns) => sql<string>`coalesce(sum(${column}), 0)`;
  const [row] = await queries
    .select({
      turns: sum(tenantUsage.turns),
      calls: sum(tenantUsage.calls),
      prompt: sum(tenantUsage.promptTokens),
      completion: sum(tenantUsage.completionTokens),
      from: sql<string | null>`min(${tenantUsage.day})::text`,
      to: sql<string | null>`max(${tenantUsage.day})::text`,
    })
    .from(tenantUsage)
    .where(eq(tenantUsage.tenant, tenant));
  if (row === undefined || row.from === null) return undefined;
  const { turns, calls, prompt, completion, from, to } = row;
  return `its usage from ${from} to ${to}: ${turns} turns, ${calls} calls, ${prompt} + ${completion} tokens`;
}

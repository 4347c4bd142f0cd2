import { createParser, LiluxError, type Tenant, TenantRecord } from "@lilux/protocol";
import { and, asc, eq, inArray, ne, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { addRecord } from "./admin-records.ts";
import type { Act, NewTenant, TenantChange } from "./tenant-shapes.ts";
import { tenants, tenantsRevision } from "./tenants-schema.ts";

const parser = createParser(TenantRecord, "a stored tenant", "internal");

/** Tells every gateway that what lets people in, or bounds them, may be another. */
export async function bumpRevision(queries: Queries): Promise<void> {
  await queries
    .insert(tenantsRevision)
    .values({ one: true, revision: 1 })
    .onConflictDoUpdate({
      target: tenantsRevision.one,
      set: { revision: sql`${tenantsRevision.revision} + 1` },
    });
}

export async function readRevision(queries: Queries): Promise<number> {
  const [row] = await queries.select().from(tenantsRevision);
  return row?.revision ?? 0;
}

export async function createTenant(
  queries: Queries,
  given: NewTenant,
  act: Act,
): Promise<TenantRecord> {
  const { tenant, plan, limits, settings } = given;
  const made = await queries
    .insert(tenants)
    .values({ ...given, state: "active", signIn: null, createdAt: new Date(act.at) })
    .onConflictDoNothing()
    .returning({ tenant: tenants.tenant });
  if (made.length === 0) throw new LiluxError("tenant_exists");
  const detail = { plan, limits, settings };
  await addRecord(queries, { ...act, tenant, action: "tenant-created", target: tenant, detail });
  await bumpRevision(queries);
  return { ...given, state: "active", signIn: null, createdAt: act.at };
}

/** One that was deleted is as one that never was. */
export async function readTenant(
  queries: Queries,
  tenant: Tenant,
): Promise<TenantRecord | undefined> {
  const [row] = await queries
    .select()
    .from(tenants)
    .where(and(eq(tenants.tenant, tenant), ne(tenants.state, "deleted")));
  return row && toRecord(row);
}

export async function listTenants(
  queries: Queries,
  { after, limit }: { after: string; limit: number },
): Promise<TenantRecord[]> {
  const rows = await queries
    .select()
    .from(tenants)
    .where(and(sql`${tenants.tenant} > ${after}`, ne(tenants.state, "deleted")))
    .orderBy(asc(tenants.tenant))
    .limit(limit);
  return rows.map(toRecord);
}

/** Several may share an issuer: a claim then says which of them is meant. */
export async function tenantsOfIssuer(queries: Queries, issuer: string): Promise<TenantRecord[]> {
  const rows = await queries
    .select()
    .from(tenants)
    .where(and(sql`${tenants.signIn} ->> 'issuer' = ${issuer}`, ne(tenants.state, "deleted")))
    .orderBy(asc(tenants.tenant))
    .limit(SHARING_ISSUER_MAX);
  return rows.map(toRecord);
}

const SHARING_ISSUER_MAX = 1_000;

export async function changeTenant(
  queries: Queries,
  { tenant, change }: { tenant: Tenant; change: TenantChange },
  act: Act,
): Promise<TenantRecord | undefined> {
  const given = Object.fromEntries(
    Object.entries(change).filter(([, value]) => value !== undefined),
  );
  const { settingsChange, ...set } = given;
  // In one statement, so that of two changes at once none is lost.
  const merged =
    settingsChange === undefined
      ? {}
      : {
          settings: sql`jsonb_strip_nulls(${tenants.settings} || ${JSON.stringify(settingsChange)}::jsonb)`,
        };
  const [row] = await queries
    .update(tenants)
    .set({ ...set, ...merged })
    .where(and(eq(tenants.tenant, tenant), inArray(tenants.state, ["active", "suspended"])))
    .returning();
  if (row === undefined) return undefined;
  await addRecord(queries, {
    ...act,
    tenant,
    action: "tenant-changed",
    target: tenant,
    detail: given,
  });
  await bumpRevision(queries);
  return toRecord(row);
}

function toRecord(row: typeof tenants.$inferSelect): TenantRecord {
  const { tenant } = row;
  return { ...parser.parse({ ...row, createdAt: row.createdAt.getTime() }), tenant };
}

import { createHash } from "node:crypto";
import { canonicalJson } from "@lilux/core/json";
import { AdminRecord, createParser, type Tenant } from "@lilux/protocol";
import { and, asc, desc, eq, gt, inArray, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import type { Act } from "./tenant-shapes.ts";
import { tenantRecords } from "./tenants-schema.ts";

/** Before the first record of a tenant. */
export const FIRST_PREVIOUS = "0".repeat(64);

const RECORDS_MAX = 10_000;

const parser = createParser(AdminRecord, "a record of administration", "internal");

export interface NewRecord extends Act {
  tenant: Tenant;
  action: string;
  target: string;
  detail?: Record<string, unknown> | undefined;
}

/** Adds to the tenant's chain, one writer at a time: whoever comes second waits for the first one's commit. */
export async function addRecord(
  queries: Queries,
  given: NewRecord,
  table: typeof tenantRecords = tenantRecords,
): Promise<void> {
  const { tenant, actor, action, target, at, detail = {} } = given;
  await queries.execute(sql`select pg_advisory_xact_lock(hashtextextended(${tenant}, 7117))`);
  const [last] = await queries
    .select({ position: table.position, hash: table.hash })
    .from(table)
    .where(eq(table.tenant, tenant))
    .orderBy(desc(table.position))
    .limit(1);
  const position = (last?.position ?? 0) + 1;
  const previous = last?.hash ?? FIRST_PREVIOUS;
  const body = { position, at, actor, action, target, detail, previous };
  const hash = hashOf(tenant, body);
  await queries.insert(table).values({ tenant, ...body, at: new Date(at), hash });
}

/** The SHA-256 of a record without its hash, as JSON with sorted keys, after its tenant. */
export function hashOf(tenant: string, record: Omit<AdminRecord, "hash">): string {
  const { position, at, actor, action, target, detail, previous } = record;
  const signed = { tenant, position, at, actor, action, target, detail, previous };
  return createHash("sha256").update(canonicalJson(signed)).digest("hex");
}

/** Those of some actions, oldest first. */
export async function listRecordsOf(
  queries: Queries,
  { tenant, actions }: { tenant: Tenant; actions: readonly string[] },
): Promise<AdminRecord[]> {
  const rows = await queries
    .select()
    .from(tenantRecords)
    .where(and(eq(tenantRecords.tenant, tenant), inArray(tenantRecords.action, [...actions])))
    .orderBy(asc(tenantRecords.position))
    .limit(RECORDS_MAX);
  return rows.map(({ tenant: _, at, ...record }) => parser.parse({ ...record, at: at.getTime() }));
}

export async function listRecords(
  queries: Queries,
  { tenant, after, limit }: { tenant: Tenant; after: number; limit: number },
  table: typeof tenantRecords = tenantRecords,
): Promise<AdminRecord[]> {
  const rows = await queries
    .select()
    .from(table)
    .where(and(eq(table.tenant, tenant), gt(table.position, after)))
    .orderBy(asc(table.position))
    .limit(limit);
  return rows.map(({ tenant: _, at, ...record }) => parser.parse({ ...record, at: at.getTime() }));
}

import { createParser, KeyRecord, type Tenant, TenantState } from "@lilux/protocol";
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { addRecord } from "./admin-records.ts";
import { bumpRevision } from "./tenant-rows.ts";
import type { Act, KeyForEntry, StoredNewKey } from "./tenant-shapes.ts";
import { tenantKeys, tenantPeople, tenants } from "./tenants-schema.ts";

const parser = createParser(KeyRecord, "a stored key", "internal");
const state = createParser(TenantState, "a tenant's state", "internal");

export async function addKey(queries: Queries, key: StoredNewKey, act: Act): Promise<KeyRecord> {
  const { tenant, keyId, name, scopes, person, expiresAt } = key;
  const [row] = await queries
    .insert(tenantKeys)
    .values({
      ...key,
      expiresAt: expiresAt === null ? null : new Date(expiresAt),
      createdAt: new Date(act.at),
      createdBy: act.actor,
    })
    .returning();
  const detail = { name, scopes, person, expiresAt };
  await addRecord(queries, { ...act, tenant, action: "key-created", target: keyId, detail });
  await bumpRevision(queries);
  if (row === undefined) throw new Error("an insert that returned nothing");
  return toRecord(row);
}

export async function listKeys(
  queries: Queries,
  { tenant, limit }: { tenant: Tenant; limit: number },
): Promise<KeyRecord[]> {
  const rows = await queries
    .select()
    .from(tenantKeys)
    .where(eq(tenantKeys.tenant, tenant))
    .orderBy(asc(tenantKeys.createdAt))
    .limit(limit);
  return rows.map(toRecord);
}

export async function readKey(
  queries: Queries,
  { tenant, keyId }: { tenant: Tenant; keyId: string },
): Promise<KeyRecord | undefined> {
  const [row] = await queries
    .select()
    .from(tenantKeys)
    .where(and(eq(tenantKeys.tenant, tenant), eq(tenantKeys.keyId, keyId)));
  return row && toRecord(row);
}

/** By its name, which is part of the key: nothing is compared but the one that it names. */
export async function keyForEntry(
  queries: Queries,
  keyId: string,
): Promise<KeyForEntry | undefined> {
  const [row] = await queries
    .select({
      key: tenantKeys,
      tenantState: tenants.state,
      role: tenantPeople.role,
      personState: tenantPeople.state,
    })
    .from(tenantKeys)
    .innerJoin(tenants, eq(tenants.tenant, tenantKeys.tenant))
    .leftJoin(
      tenantPeople,
      and(eq(tenantPeople.tenant, tenantKeys.tenant), eq(tenantPeople.person, tenantKeys.person)),
    )
    .where(eq(tenantKeys.keyId, keyId));
  if (row === undefined || row.tenantState === "deleted") return undefined;
  const { key, tenantState, role, personState } = row;
  const { tenant, secretSha256, person } = key;
  const ofPerson = personState === "active" && role !== null ? role : "none";
  const roleOfPerson = person === null ? undefined : ofPerson;
  return {
    ...toRecord(key),
    tenant,
    secretSha256,
    tenantState: state.parse(tenantState),
    roleOfPerson,
  };
}

/** False when there is no such key, or it was revoked before. */
export async function revokeKey(
  queries: Queries,
  { tenant, keyId }: { tenant: Tenant; keyId: string },
  act: Act,
): Promise<boolean> {
  const revoked = await queries
    .update(tenantKeys)
    .set({ revokedAt: new Date(act.at) })
    .where(
      and(eq(tenantKeys.tenant, tenant), eq(tenantKeys.keyId, keyId), isNull(tenantKeys.revokedAt)),
    )
    .returning({ keyId: tenantKeys.keyId });
  if (revoked.length === 0) return false;
  await addRecord(queries, { ...act, tenant, action: "key-revoked", target: keyId });
  await bumpRevision(queries);
  return true;
}

/** A key that is followed by another ends with the overlap, or before if it would anyway. */
export async function endKeyAt(
  queries: Queries,
  { tenant, keyId, at }: { tenant: Tenant; keyId: string; at: number },
  act: Act,
): Promise<void> {
  const end = new Date(at);
  await queries
    .update(tenantKeys)
    .set({
      expiresAt: sql`least(coalesce(${tenantKeys.expiresAt}, ${end.toISOString()}::timestamptz), ${end.toISOString()}::timestamptz)`,
    })
    .where(and(eq(tenantKeys.tenant, tenant), eq(tenantKeys.keyId, keyId)));
  const detail = { expiresAt: at };
  await addRecord(queries, { ...act, tenant, action: "key-rotated", target: keyId, detail });
  await bumpRevision(queries);
}

/** When keys were last used. It changes what nobody is let in by, so no gateway has to look again. */
export async function touchKeys(
  queries: Queries,
  uses: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [keyId, at] of uses) {
    const used = new Date(at).toISOString();
    await queries
      .update(tenantKeys)
      .set({
        lastUsedAt: sql`greatest(coalesce(${tenantKeys.lastUsedAt}, ${used}::timestamptz), ${used}::timestamptz)`,
      })
      .where(eq(tenantKeys.keyId, keyId));
  }
}

function toRecord(row: typeof tenantKeys.$inferSelect): KeyRecord {
  const { keyId, name, scopes, person, createdAt, createdBy, expiresAt, revokedAt, lastUsedAt } =
    row;
  return parser.parse({
    keyId,
    name,
    scopes,
    person,
    createdBy,
    createdAt: createdAt.getTime(),
    expiresAt: expiresAt?.getTime() ?? null,
    revokedAt: revokedAt?.getTime() ?? null,
    lastUsedAt: lastUsedAt?.getTime() ?? null,
  });
}

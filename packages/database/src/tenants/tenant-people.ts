import type { PersonRecord, Tenant } from "@lilux/protocol";
import { and, asc, eq, gt } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { addRecord } from "./admin-records.ts";
import { bumpRevision } from "./tenant-rows.ts";
import type { Act, NewPerson } from "./tenant-shapes.ts";
import { tenantPeople } from "./tenants-schema.ts";

export async function listPeople(
  queries: Queries,
  { tenant, after, limit }: { tenant: Tenant; after: string; limit: number },
): Promise<PersonRecord[]> {
  const rows = await queries
    .select()
    .from(tenantPeople)
    .where(and(eq(tenantPeople.tenant, tenant), gt(tenantPeople.person, after)))
    .orderBy(asc(tenantPeople.person))
    .limit(limit);
  return rows.map(toRecord);
}

export async function readPerson(
  queries: Queries,
  { tenant, person }: { tenant: Tenant; person: string },
): Promise<PersonRecord | undefined> {
  const [row] = await queries
    .select()
    .from(tenantPeople)
    .where(and(eq(tenantPeople.tenant, tenant), eq(tenantPeople.person, person)));
  return row && toRecord(row);
}

/** Somebody is added, or has another role or state from now on. */
export async function putPerson(
  queries: Queries,
  given: NewPerson,
  act: Act,
): Promise<PersonRecord> {
  const { tenant, person, name, role, state } = given;
  const createdAt = new Date(act.at);
  const [row] = await queries
    .insert(tenantPeople)
    .values({ ...given, createdAt })
    .onConflictDoUpdate({
      target: [tenantPeople.tenant, tenantPeople.person],
      set: { name, role, state },
    })
    .returning();
  await addRecord(queries, {
    ...act,
    tenant,
    action: "person-put",
    target: person,
    detail: { role, state },
  });
  await bumpRevision(queries);
  if (row === undefined) throw new Error("an insert that returned nothing");
  return toRecord(row);
}

function toRecord({
  tenant: _,
  createdAt,
  ...row
}: typeof tenantPeople.$inferSelect): PersonRecord {
  return { ...row, createdAt: createdAt.getTime() };
}

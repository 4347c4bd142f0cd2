import type { Tenant } from "@lilux/protocol";
import { and, eq, inArray, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { kiwiMembers, libraryLeases } from "./libraries-schema.ts";

export interface KiwiMember {
  /** A new one for every process. */
  member: string;
  /** Where others call it. */
  address: string;
}

/** Is one of those that serve libraries for so long, by the database's clock, and answers all that are. */
export async function beMember(
  queries: Queries,
  { member, address, forMs }: KiwiMember & { forMs: number },
): Promise<KiwiMember[]> {
  const expiresAt = sql`clock_timestamp() + ${forMs} * interval '1 millisecond'`;
  await queries
    .insert(kiwiMembers)
    .values({ member, address, expiresAt })
    .onConflictDoUpdate({ target: kiwiMembers.member, set: { address, expiresAt } });
  await queries.delete(kiwiMembers).where(sql`${kiwiMembers.expiresAt} <= clock_timestamp()`);
  return queries
    .select({ member: kiwiMembers.member, address: kiwiMembers.address })
    .from(kiwiMembers)
    .orderBy(kiwiMembers.member);
}

/** Serves nothing any more: others may have all that it held. */
export async function endMember(queries: Queries, member: string): Promise<void> {
  await queries.delete(kiwiMembers).where(eq(kiwiMembers.member, member));
  await queries
    .update(libraryLeases)
    .set({ expiresAt: sql`clock_timestamp()` })
    .where(eq(libraryLeases.holder, member));
}

/** Prolongs the leases that are still the holder's, and answers whose those are. None comes back to life. */
export async function renewLeases(
  queries: Queries,
  { holder, tenants, forMs }: { holder: string; tenants: readonly Tenant[]; forMs: number },
): Promise<Tenant[]> {
  if (tenants.length === 0) return [];
  const rows = await queries
    .update(libraryLeases)
    .set({ expiresAt: sql`clock_timestamp() + ${forMs} * interval '1 millisecond'` })
    .where(
      and(
        eq(libraryLeases.holder, holder),
        inArray(libraryLeases.tenant, [...tenants]),
        sql`${libraryLeases.expiresAt} > clock_timestamp()`,
      ),
    )
    .returning({ tenant: libraryLeases.tenant });
  return rows.map(({ tenant }) => tenant);
}

/** Where whoever holds a library is called; undefined while nobody does that could be. */
export async function addressOfHolder(
  queries: Queries,
  tenant: Tenant,
): Promise<string | undefined> {
  const [row] = await queries
    .select({ address: kiwiMembers.address })
    .from(libraryLeases)
    .innerJoin(kiwiMembers, eq(kiwiMembers.member, libraryLeases.holder))
    .where(
      and(
        eq(libraryLeases.tenant, tenant),
        sql`${libraryLeases.expiresAt} > clock_timestamp()`,
        sql`${kiwiMembers.expiresAt} > clock_timestamp()`,
      ),
    );
  return row?.address;
}

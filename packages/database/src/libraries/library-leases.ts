import type { Tenant } from "@lilux/protocol";
import { and, eq, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { libraryLeases } from "./libraries-schema.ts";

export interface WantedLease {
  tenant: Tenant;
  holder: string;
  forMs: number;
  /** The token of another holder is higher than this, whatever the row says: a restored one may say less. */
  above?: number | undefined;
}

/**
 * Takes or prolongs the lease on a library, by the database's clock. Its token rises whenever the holder is
 * another one; undefined while somebody else holds it.
 */
export async function takeLease(
  queries: Queries,
  { tenant, holder, forMs, above = 0 }: WantedLease,
): Promise<number | undefined> {
  const until = sql`clock_timestamp() + ${forMs} * interval '1 millisecond'`;
  const isSame = sql`${libraryLeases.holder} = excluded.holder and ${libraryLeases.expiresAt} > clock_timestamp()`;
  const [row] = await queries
    .insert(libraryLeases)
    .values({ tenant, holder, token: above + 1, expiresAt: until })
    .onConflictDoUpdate({
      target: libraryLeases.tenant,
      set: {
        holder,
        token: sql`case when ${isSame} then ${libraryLeases.token} else greatest(${libraryLeases.token}, ${above}::bigint) + 1 end`,
        expiresAt: until,
      },
      setWhere: sql`${libraryLeases.holder} = excluded.holder or ${libraryLeases.expiresAt} <= clock_timestamp()`,
    })
    .returning({ token: libraryLeases.token });
  return row?.token;
}

/** Lets others have it at once. What was written under it stays fenced by its token. */
export async function endLease(
  queries: Queries,
  { tenant, holder }: { tenant: Tenant; holder: string },
): Promise<void> {
  await queries
    .update(libraryLeases)
    .set({ expiresAt: sql`clock_timestamp()` })
    .where(and(eq(libraryLeases.tenant, tenant), eq(libraryLeases.holder, holder)));
}

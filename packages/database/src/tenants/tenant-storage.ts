import {
  bytesOf,
  STORAGE_KINDS,
  type StorageBytes,
  type StorageRow,
  type Tenant,
} from "@lilux/protocol";
import { and, asc, desc, eq, gte, lte, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import type { MeasuredStorage } from "./tenant-shapes.ts";
import { tenantStorage } from "./tenants-schema.ts";

const HOUR_SECONDS = 3_600;

/** Counts a measure for its hour; false when one of this hour, or of a later one, was counted before. */
export async function countStorage(
  queries: Queries,
  { tenant, at, bytes }: MeasuredStorage,
): Promise<boolean> {
  const measuredAt = new Date(at);
  const day = measuredAt.toISOString().slice(0, 10);
  const hourOf = (moment: unknown) =>
    sql`floor(extract(epoch from ${moment}::timestamptz) / ${HOUR_SECONDS})`;
  const byteHours = bytesOf(bytes);
  const counted = await queries
    .insert(tenantStorage)
    .values({ tenant, day, measures: 1, measuredAt, ...bytes, byteHours })
    .onConflictDoUpdate({
      target: [tenantStorage.tenant, tenantStorage.day],
      set: {
        // What was not measured now stays as it was last seen.
        ...bytes,
        measures: sql`${tenantStorage.measures} + 1`,
        measuredAt,
        byteHours: sql`${tenantStorage.byteHours} + ${byteHours}`,
      },
      setWhere: sql`${hourOf(tenantStorage.measuredAt)} < ${hourOf(measuredAt.toISOString())}`,
    })
    .returning({ day: tenantStorage.day });
  return counted.length > 0;
}

/** When a tenant was last measured, in Unix ms. */
export async function storageMeasuredAt(
  queries: Queries,
  tenant: Tenant,
): Promise<number | undefined> {
  const [row] = await queries
    .select({ measuredAt: tenantStorage.measuredAt })
    .from(tenantStorage)
    .where(eq(tenantStorage.tenant, tenant))
    .orderBy(desc(tenantStorage.day))
    .limit(1);
  return row?.measuredAt.getTime();
}

export async function readStorage(
  queries: Queries,
  { tenant, from, to, limit }: { tenant: Tenant; from: string; to: string; limit: number },
): Promise<StorageRow[]> {
  const rows = await queries
    .select()
    .from(tenantStorage)
    .where(
      and(
        eq(tenantStorage.tenant, tenant),
        gte(tenantStorage.day, from),
        lte(tenantStorage.day, to),
      ),
    )
    .orderBy(asc(tenantStorage.day))
    .limit(limit);
  return rows.map(({ day, measures, measuredAt, byteHours, ...row }) => {
    const bytes: StorageBytes = {};
    for (const kind of STORAGE_KINDS) {
      const held = row[kind];
      if (held !== null) bytes[kind] = held;
    }
    return { day, measures, measuredAt: measuredAt.getTime(), bytes, byteHours };
  });
}

/** Bytes times hours of a calendar month, in UTC, as `2026-11`. */
export async function byteHoursOfMonth(
  queries: Queries,
  { tenant, month }: { tenant: Tenant; month: string },
): Promise<number> {
  const [row] = await queries
    .select({ sum: sql<string>`coalesce(sum(${tenantStorage.byteHours}), 0)` })
    .from(tenantStorage)
    .where(
      and(
        eq(tenantStorage.tenant, tenant),
        sql`to_char(${tenantStorage.day}, 'YYYY-MM') = ${month}`,
      ),
    );
  return Number(row?.sum ?? 0);
}

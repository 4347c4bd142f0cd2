import type { Tenant } from "@lilux/protocol";
import { eq, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { TenantQueries } from "../database.ts";
import { flywheelDatasetRows, flywheelModels, flywheelTurns } from "../schema.ts";

/** Of what is large: kept turns, rows of datasets, and models. As they are stored, which may be less than they are long. */
export async function flywheelBytes(queries: TenantQueries, tenant: Tenant): Promise<number> {
  const sum = async (table: PgTable & { tenant: PgColumn }, size: SQL<string>) => {
    const [row] = await queries
      .select({ bytes: sql<string>`coalesce(sum(${size}), 0)` })
      .from(table)
      .where(eq(table.tenant, tenant));
    return Number(row?.bytes ?? 0);
  };
  const sizeOf = (column: PgColumn) => sql<string>`coalesce(pg_column_size(${column}), 0)`;
  return (
    (await sum(flywheelTurns, sizeOf(flywheelTurns.record))) +
    (await sum(flywheelDatasetRows, sizeOf(flywheelDatasetRows.row))) +
    (await sum(flywheelModels, sizeOf(flywheelModels.artefact)))
  );
}

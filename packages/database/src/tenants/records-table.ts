import { bigint, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { tenantColumn } from "../tenant-column.ts";

/** A table of acts, a chain of hashes for each tenant. */
export function recordsTable(name: string) {
  return pgTable(
    name,
    {
      tenant: tenantColumn().notNull(),
      position: bigint({ mode: "number" }).notNull(),
      at: timestamp({ withTimezone: true }).notNull(),
      actor: text().notNull(),
      action: text().notNull(),
      target: text().notNull(),
      detail: jsonb().notNull(),
      previous: text().notNull(),
      hash: text().notNull(),
    },
    (table) => [primaryKey({ columns: [table.tenant, table.position] })],
  );
}

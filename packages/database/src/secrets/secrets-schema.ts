import { bigint, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { tenantColumn } from "../tenant-column.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const tenantDataKeys = pgTable("tenant_data_keys", {
  tenant: tenantColumn().primaryKey(),
  masterKey: text("master_key").notNull(),
  wrapped: text().notNull(),
  createdAt: moment("created_at").notNull(),
});

export const tenantSecrets = pgTable(
  "tenant_secrets",
  {
    tenant: tenantColumn()
      .notNull()
      .references(() => tenantDataKeys.tenant),
    name: text().notNull(),
    version: bigint({ mode: "number" }).notNull(),
    sealed: text().notNull(),
    createdAt: moment("created_at").notNull(),
    changedAt: moment("changed_at").notNull(),
    changedBy: text("changed_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.name] })],
);

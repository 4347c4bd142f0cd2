import { bigint, index, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import { tenantColumn } from "../tenant-column.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });
const count = (name: string) => bigint(name, { mode: "number" }).notNull();

export const libraryPlaces = pgTable("library_places", {
  tenant: tenantColumn().primaryKey(),
  place: jsonb().notNull(),
  wanted: jsonb(),
  problem: text(),
  revision: count("revision"),
  looks: count("looks").default(0),
  lookedAt: moment("looked_at"),
  hookSecret: text("hook_secret").notNull(),
});

export const libraryFiles = pgTable(
  "library_files",
  {
    tenant: tenantColumn().notNull(),
    path: text().notNull(),
    itemType: text("item_type", { enum: ["directive", "script", "knowledge"] }),
    content: text(),
    sha256: text(),
    version: count("version"),
    changedBy: text("changed_by").notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.path] }),
    index("library_files_by_version").on(table.tenant, table.version),
  ],
);

export const libraryHeads = pgTable("library_heads", {
  tenant: tenantColumn().primaryKey(),
  version: count("version"),
  files: count("files"),
  bytes: count("bytes"),
});

export const kiwiMembers = pgTable("kiwi_members", {
  member: text().primaryKey(),
  address: text().notNull(),
  expiresAt: moment("expires_at").notNull(),
});

export const libraryLeases = pgTable("library_leases", {
  tenant: tenantColumn().primaryKey(),
  holder: text().notNull(),
  token: count("token"),
  expiresAt: moment("expires_at").notNull(),
});

import {
  bigint,
  boolean,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { tenantColumn } from "../tenant-column.ts";
import { recordsTable } from "../tenants/records-table.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });
const position = (name: string) =>
  bigint(name, { mode: "number" }).primaryKey().generatedAlwaysAsIdentity();
const item = () => ({
  namespace: text().notNull(),
  itemType: text("item_type").notNull(),
  qualifiedId: text("qualified_id").notNull(),
});

export const registryNamespaces = pgTable(
  "registry_namespaces",
  {
    namespace: text().primaryKey(),
    owner: tenantColumn(),
    restricted: boolean().notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [index("registry_namespaces_by_owner").on(table.owner)],
);

export const registryDelegates = pgTable(
  "registry_delegates",
  {
    namespace: text()
      .notNull()
      .references(() => registryNamespaces.namespace),
    delegate: text().notNull(),
    addedBy: text("added_by").notNull(),
    addedAt: moment("added_at").notNull(),
    endsAt: moment("ends_at"),
  },
  (table) => [primaryKey({ columns: [table.namespace, table.delegate] })],
);

export const registryReports = pgTable(
  "registry_reports",
  {
    reportId: position("report_id"),
    tenant: tenantColumn().notNull(),
    person: text().notNull(),
    ...item(),
    reason: text().notNull(),
    at: moment("at").notNull(),
    state: text({ enum: ["open", "closed"] }).notNull(),
  },
  (table) => [
    index("registry_reports_by_tenant").on(table.tenant, table.at),
    index("registry_reports_by_state").on(table.state, table.reportId),
  ],
);

export const registryTakeDowns = pgTable(
  "registry_take_downs",
  { ...item(), reason: text().notNull(), by: text().notNull(), at: moment("at").notNull() },
  (table) => [primaryKey({ columns: [table.namespace, table.itemType, table.qualifiedId] })],
);

export const registryDownloads = pgTable(
  "registry_downloads",
  {
    ...item(),
    version: text().notNull(),
    tenant: tenantColumn().notNull(),
    at: moment("at").notNull(),
  },
  (table) => [
    primaryKey({
      columns: [table.namespace, table.itemType, table.qualifiedId, table.version, table.tenant],
    }),
    index("registry_downloads_by_tenant").on(table.tenant),
  ],
);

export const registryNotices = pgTable(
  "registry_notices",
  {
    position: position("position"),
    tenant: tenantColumn().notNull(),
    at: moment("at").notNull(),
    kind: text({ enum: ["taken_down", "put_back", "updated", "update_waits"] }).notNull(),
    target: text().notNull(),
    detail: text().notNull(),
  },
  (table) => [index("registry_notices_by_tenant").on(table.tenant, table.position)],
);

export const registryPublishers = pgTable("registry_publishers", {
  tenant: tenantColumn().primaryKey(),
  publishers: text().array().notNull(),
});

export const registryRecords = recordsTable("registry_records");

export const registryLibraries = pgTable(
  "registry_libraries",
  {
    namespace: text().notNull(),
    name: text().notNull(),
    version: text().notNull(),
    visibility: text({ enum: ["private", "unlisted", "public"] }).notNull(),
    description: text().notNull(),
    changelog: text().notNull(),
    items: jsonb().notNull(),
    publisher: text().notNull(),
    publishedAt: moment("published_at").notNull(),
    keyId: text("key_id").notNull(),
    publicKey: text("public_key").notNull(),
    signature: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.namespace, table.name, table.version] })],
);

export const registrySubscriptions = pgTable(
  "registry_subscriptions",
  {
    tenant: tenantColumn().notNull(),
    namespace: text().notNull(),
    name: text().notNull(),
    range: text().notNull(),
    automatic: boolean().notNull(),
    applied: text(),
    before: text(),
    createdBy: text("created_by").notNull(),
    createdAt: moment("created_at").notNull(),
    changedAt: moment("changed_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.namespace, table.name] }),
    index("registry_subscriptions_by_library").on(table.namespace, table.name),
  ],
);

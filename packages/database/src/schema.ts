import {
  customType,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";

/**
 * The tables as the migrations leave them, for typed statements. The SQL in
 * `migrations/` makes them; the contract suite fails when the two disagree.
 */
const words = customType<{ data: string }>({ dataType: () => "tsvector" });

export const registryKeys = pgTable(
  "registry_keys",
  {
    namespace: text().notNull(),
    keyId: text("key_id").notNull(),
    publicKey: text("public_key").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.namespace, table.keyId] })],
);

export const registryItems = pgTable(
  "registry_items",
  {
    namespace: text().notNull(),
    itemType: text("item_type").notNull(),
    qualifiedId: text("qualified_id").notNull(),
    itemId: text("item_id").notNull(),
    visibility: text({ enum: ["private", "unlisted", "public"] }).notNull(),
    name: text().notNull(),
    description: text().notNull(),
    category: text().notNull(),
    tags: text().array().notNull(),
    latestVersion: text("latest_version").notNull(),
    searchWords: words("search_words").notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.namespace, table.itemType, table.qualifiedId] }),
    index("registry_items_by_id").on(table.namespace, table.itemType, table.itemId),
  ],
);

export const registryVersions = pgTable(
  "registry_versions",
  {
    namespace: text().notNull(),
    itemType: text("item_type").notNull(),
    qualifiedId: text("qualified_id").notNull(),
    version: text().notNull(),
    content: text().notNull(),
    sha256: text().notNull(),
    changelog: text().notNull(),
    publisher: text().notNull(),
    publishedAt: timestamp("published_at", { withTimezone: true }).notNull(),
    keyId: text("key_id"),
    signature: text(),
    yankedAt: timestamp("yanked_at", { withTimezone: true }),
    yankReason: text("yank_reason"),
  },
  (table) => [
    primaryKey({
      columns: [table.namespace, table.itemType, table.qualifiedId, table.version],
    }),
    foreignKey({
      columns: [table.namespace, table.itemType, table.qualifiedId],
      foreignColumns: [registryItems.namespace, registryItems.itemType, registryItems.qualifiedId],
    }),
  ],
);

import {
  bigint,
  boolean,
  customType,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
} from "drizzle-orm/pg-core";
import { tenantColumn } from "./tenant-column.ts";

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
    license: text(),
    sourceRepository: text("source_repository"),
    sourceCommit: text("source_commit"),
    builtBy: text("built_by"),
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

export const flywheelConsents = pgTable("flywheel_consents", {
  tenant: tenantColumn().primaryKey(),
  level: text({ enum: ["none", "metrics", "redacted", "full"] }).notNull(),
  salt: text().notNull(),
  changedAt: timestamp("changed_at", { withTimezone: true }).notNull(),
});

export const flywheelPeopleOut = pgTable(
  "flywheel_people_out",
  {
    tenant: tenantColumn().notNull(),
    person: text().notNull(),
    since: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.person] })],
);

export const flywheelTurns = pgTable(
  "flywheel_turns",
  {
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenant: tenantColumn().notNull(),
    sessionId: text("session_id").notNull(),
    turnId: text("turn_id").notNull(),
    person: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    level: text({ enum: ["metrics", "redacted", "full"] }).notNull(),
    redactionVersion: integer("redaction_version").notNull(),
    record: jsonb().notNull(),
  },
  (table) => [
    unique().on(table.tenant, table.sessionId, table.turnId),
    index("flywheel_turns_by_person").on(table.tenant, table.person, table.position),
    index("flywheel_turns_by_age").on(table.at),
  ],
);

export const flywheelReviews = pgTable(
  "flywheel_reviews",
  {
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenant: tenantColumn().notNull(),
    turnPosition: bigint("turn_position", { mode: "number" })
      .notNull()
      .references(() => flywheelTurns.position, { onDelete: "cascade" }),
    rule: text().notNull(),
    callDigest: text("call_digest").notNull(),
    verdict: text({ enum: ["accept", "fix", "reject", "skip"] }).notNull(),
    meant: jsonb(),
    reviewer: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [
    index("flywheel_reviews_by_tenant").on(
      table.tenant,
      table.turnPosition,
      table.rule,
      table.callDigest,
      table.position,
    ),
    index("flywheel_reviews_by_turn").on(table.turnPosition),
  ],
);

export const flywheelRatings = pgTable(
  "flywheel_ratings",
  {
    tenant: tenantColumn().notNull(),
    sessionId: text("session_id").notNull(),
    turnId: text("turn_id").notNull(),
    rating: text({ enum: ["up", "down"] }).notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.sessionId, table.turnId] })],
);

export const flywheelDatasets = pgTable(
  "flywheel_datasets",
  {
    tenant: tenantColumn().notNull(),
    version: text().notNull(),
    madeAt: timestamp("made_at", { withTimezone: true }).notNull(),
    manifest: jsonb().notNull(),
    staleSince: timestamp("stale_since", { withTimezone: true }),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.version] })],
);

export const flywheelDatasetRows = pgTable(
  "flywheel_dataset_rows",
  {
    tenant: tenantColumn().notNull(),
    version: text().notNull(),
    position: integer().notNull(),
    row: jsonb(),
    turnPosition: bigint("turn_position", { mode: "number" }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.version, table.position] }),
    foreignKey({
      columns: [table.tenant, table.version],
      foreignColumns: [flywheelDatasets.tenant, flywheelDatasets.version],
    }).onDelete("cascade"),
    index("flywheel_dataset_rows_by_turn").on(table.tenant, table.turnPosition),
  ],
);

export const flywheelRuns = pgTable(
  "flywheel_runs",
  {
    tenant: tenantColumn().notNull(),
    run: text().notNull(),
    kind: text({ enum: ["router", "orchestrator"] }).notNull(),
    toldAt: timestamp("told_at", { withTimezone: true }).notNull(),
    record: jsonb().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.run] })],
);

export const flywheelModels = pgTable(
  "flywheel_models",
  {
    tenant: tenantColumn().notNull(),
    model: text().notNull(),
    kind: text({ enum: ["router", "orchestrator"] }).notNull(),
    run: text(),
    sha256: text().notNull(),
    card: jsonb().notNull(),
    artefact: jsonb(),
    stage: text({
      enum: ["candidate", "shadow", "canary", "live", "retired", "refused"],
    }).notNull(),
    share: doublePrecision().notNull().default(0),
    reason: text(),
    before: text(),
    addedAt: timestamp("added_at", { withTimezone: true }).notNull(),
    stagedAt: timestamp("staged_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.model] })],
);

export const flywheelEvaluations = pgTable(
  "flywheel_evaluations",
  {
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenant: tenantColumn().notNull(),
    model: text().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    passes: boolean().notNull(),
    record: jsonb().notNull(),
  },
  (table) => [
    foreignKey({
      columns: [table.tenant, table.model],
      foreignColumns: [flywheelModels.tenant, flywheelModels.model],
    }),
    index("flywheel_evaluations_by_model").on(table.tenant, table.model, table.position),
  ],
);

export const flywheelSwitches = pgTable(
  "flywheel_switches",
  {
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenant: tenantColumn().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    record: jsonb().notNull(),
  },
  (table) => [index("flywheel_switches_by_tenant").on(table.tenant, table.position)],
);

export const flywheelThresholds = pgTable(
  "flywheel_thresholds",
  {
    position: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenant: tenantColumn().notNull(),
    at: timestamp({ withTimezone: true }).notNull(),
    by: text().notNull(),
    mode: text({ enum: ["off", "on", "held"] }).notNull(),
    act: doublePrecision(),
    model: text(),
    fit: jsonb(),
  },
  (table) => [index("flywheel_thresholds_by_tenant").on(table.tenant, table.position)],
);

export const flywheelDeployments = pgTable("flywheel_deployments", {
  tenant: tenantColumn().primaryKey(),
  revision: bigint({ mode: "number" }).notNull(),
  told: bigint({ mode: "number" }).notNull(),
});

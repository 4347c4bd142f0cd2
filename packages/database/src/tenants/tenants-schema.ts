import {
  bigint,
  boolean,
  date,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
} from "drizzle-orm/pg-core";
import { tenantColumn } from "../tenant-column.ts";
import { recordsTable } from "./records-table.ts";

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const tenants = pgTable("tenants", {
  tenant: tenantColumn().primaryKey(),
  state: text({ enum: ["active", "suspended", "deleting", "deleted"] }).notNull(),
  plan: text().notNull(),
  limits: jsonb().notNull(),
  settings: jsonb().notNull(),
  signIn: jsonb("sign_in"),
  createdAt: moment("created_at").notNull(),
});

export const tenantKeys = pgTable(
  "tenant_keys",
  {
    keyId: text("key_id").primaryKey(),
    tenant: tenantColumn()
      .notNull()
      .references(() => tenants.tenant),
    name: text().notNull(),
    secretSha256: text("secret_sha256").notNull(),
    scopes: text().array().notNull(),
    person: text(),
    createdAt: moment("created_at").notNull(),
    createdBy: text("created_by").notNull(),
    expiresAt: moment("expires_at"),
    revokedAt: moment("revoked_at"),
    lastUsedAt: moment("last_used_at"),
  },
  (table) => [index("tenant_keys_by_tenant").on(table.tenant, table.createdAt)],
);

export const tenantPeople = pgTable(
  "tenant_people",
  {
    tenant: tenantColumn()
      .notNull()
      .references(() => tenants.tenant),
    person: text().notNull(),
    name: text().notNull(),
    role: text({ enum: ["viewer", "member", "author", "approver", "admin"] }).notNull(),
    state: text({ enum: ["active", "suspended"] }).notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.person] })],
);

export const tenantRecords = recordsTable("tenant_records");

export const tenantTurns = pgTable(
  "tenant_turns",
  {
    tenant: tenantColumn().notNull(),
    sessionId: text("session_id").notNull(),
    turnId: text("turn_id").notNull(),
    at: moment("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.sessionId, table.turnId] }),
    index("tenant_turns_by_age").on(table.at),
  ],
);

export const tenantCounted = pgTable(
  "tenant_counted",
  {
    tenant: tenantColumn().notNull(),
    name: text().notNull(),
    at: moment("at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant, table.name] }),
    index("tenant_counted_by_age").on(table.at),
  ],
);

const total = (name: string) => bigint(name, { mode: "number" }).notNull();

export const tenantUsage = pgTable(
  "tenant_usage",
  {
    tenant: tenantColumn().notNull(),
    day: date().notNull(),
    person: text().notNull(),
    turns: total("turns"),
    calls: total("calls"),
    promptTokens: total("prompt_tokens"),
    completionTokens: total("completion_tokens"),
    predictions: total("predictions"),
    scriptMs: total("script_ms"),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.day, table.person] })],
);

const bytes = (name: string) => bigint(name, { mode: "number" });

export const tenantStorage = pgTable(
  "tenant_storage",
  {
    tenant: tenantColumn().notNull(),
    day: date().notNull(),
    measures: total("measures"),
    measuredAt: moment("measured_at").notNull(),
    items: bytes("items"),
    registry: bytes("registry"),
    turns: bytes("turns"),
    history: bytes("history"),
    contexts: bytes("contexts"),
    learning: bytes("learning"),
    byteHours: total("byte_hours"),
  },
  (table) => [primaryKey({ columns: [table.tenant, table.day] })],
);

export const tenantsRevision = pgTable("tenants_revision", {
  one: boolean().primaryKey(),
  revision: total("revision"),
});

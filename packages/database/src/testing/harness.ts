import type { LiluxError } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { sql } from "drizzle-orm";
import type { Database } from "../database.ts";
import type { NewVersion } from "../registry/registry-shapes.ts";

/**
 * Answers an empty database that the test closes. One that is not `alone` may
 * be shared between tests, one after the other; its close does nothing.
 */
export type OpenTestDatabase = (options?: { alone: boolean }) => Promise<Database>;

/** Makes a shared database what it was at the beginning. */
export async function emptyDatabase(database: Database): Promise<void> {
  await database.transaction((queries) =>
    queries.execute(
      sql`truncate registry_keys, registry_versions, registry_items, flywheel_consents, flywheel_people_out, flywheel_turns, flywheel_reviews, flywheel_ratings, flywheel_datasets, flywheel_dataset_rows, flywheel_runs, flywheel_models, flywheel_evaluations, flywheel_switches, flywheel_thresholds, flywheel_deployments, tenants, tenant_keys, tenant_people, tenant_records, tenant_turns, tenant_usage, tenant_counted, tenant_storage, tenants_revision, tenant_data_keys, tenant_secrets`,
    ),
  );
  // Small and mostly empty: emptying a table's files costs more than looking for its rows.
  await database.transaction((queries) =>
    queries.execute(sql`do $$ begin
      delete from registry_delegates; delete from registry_namespaces; delete from registry_reports;
      delete from registry_take_downs; delete from registry_downloads; delete from registry_notices;
      delete from registry_publishers; delete from registry_records; delete from registry_libraries;
      delete from registry_subscriptions; delete from library_files; delete from library_heads;
      delete from library_leases; delete from kiwi_members; delete from library_places;
    end $$`),
  );
  await database.transaction((queries) =>
    queries.execute(sql`delete from lilux_migrations where name like '9999%'`),
  );
}

export async function errorOf(promise: Promise<unknown>): Promise<LiluxError> {
  return promise.then(
    () => {
      throw new Error("expected a rejection");
    },
    (error: LiluxError) => error,
  );
}

/** A version that a registry would take. The store checks no signature. */
export function newVersion(given: Partial<NewVersion> = {}): NewVersion {
  return {
    namespace: "acme",
    itemType: "directive",
    qualifiedId: "email/validate_email",
    itemId: "validate_email",
    category: "email",
    name: "validate_email",
    description: "Checks addresses of customers.",
    tags: ["mail", 'a "quoted", tag'],
    visibility: undefined,
    version: "1.0.0",
    content: "text\nwith 'quotes', \\ and 😀",
    sha256: "ab".repeat(32),
    changelog: "first",
    publisher: "acme",
    publishedAt: new Date("2026-11-22T20:00:00.123Z"),
    keyId: "key-1",
    publicKey: "public-1",
    signature: "signature-1",
    facts: { license: null, sourceRepository: null, sourceCommit: null, builtBy: null },
    by: { tenant: testTenant("acme"), person: "ada", isAdmin: true, signingKey: undefined },
    mayAddKey: false,
    ...given,
  };
}

import type { Database } from "@lilux/database";
import { afterAll, beforeAll, vi } from "vitest";
import { openTenantDatabase } from "./open-tenant-database.ts";

/**
 * One embedded database for all tests of a file, which open it with what this answers. It works for seconds
 * at its first use, and on busy cores for many, so tests have two minutes.
 */
export function sharedTenantDatabase(): () => Database {
  vi.setConfig({ testTimeout: 120_000 });
  let database: Database | undefined;
  beforeAll(async () => {
    database = await openTenantDatabase();
  }, 300_000);
  afterAll(() => database?.close());
  return () => {
    if (database === undefined) throw new Error("the database is open within tests only");
    return database;
  };
}

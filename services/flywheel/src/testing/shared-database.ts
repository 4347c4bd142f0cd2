import { join } from "node:path";
import { type Database, openPglite } from "@lilux/database";
import { type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll } from "vitest";

const MADE_WITHIN_MS = 150_000;

/** One database for all tests of a file, which takes its time to open: each takes a tenant of its own. */
export function sharedDatabase(): () => Database {
  let folder: TemporaryDirectory;
  let database: Database;
  beforeAll(async () => {
    folder = await temporaryDirectory();
    database = openPglite({ directory: join(folder.path, "database") });
    // Made here rather than in the first test that writes, whose time it would take.
    await database.transaction(async () => undefined, { deadlineMs: MADE_WITHIN_MS });
  }, 180_000);
  afterAll(async () => {
    await database.close();
    await folder.remove();
  });
  return () => database;
}

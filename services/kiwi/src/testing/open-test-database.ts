import { connectPostgres, type Database, openPglite } from "@lilux/database";
import { startPostgresServer } from "@lilux/testkit";

export interface TestDatabase {
  database: Database;
  close(): Promise<void>;
}

/**
 * A migrated database: a real Postgres where one can be started, which takes less
 * than a second, else PGlite, which any machine has. Both keep one contract; what
 * is tested here is what is built on it.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const server = await startPostgresServer().catch(() => undefined);
  const database = server === undefined ? openPglite() : connectPostgres({ url: server.url });
  await database.ready();
  return {
    database,
    async close() {
      await database.close();
      await server?.stop();
    },
  };
}

import { randomBytes } from "node:crypto";
import {
  describeWithServer,
  eventually,
  startPostgresServer,
  type TestServer,
} from "@lilux/testkit";
import { type SQL, sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import type { Database } from "../database.ts";
import { describeDatabaseContract } from "../testing/contract.ts";
import { errorOf } from "../testing/harness.ts";
import { watchDatabase } from "../watch-database.ts";
import { connectPostgres } from "./connect-postgres.ts";

const IN_TIME_MS = 3_000;
const LONG = { withinMs: 30_000 };
// A server that was killed looks at its files first, and on busy cores that takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

describeWithServer("Postgres", "postgres", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startPostgresServer();
  });
  afterAll(() => server.stop());

  /** A database of its own on the shared server. */
  async function emptyDatabase(): Promise<string> {
    const name = `test_${randomBytes(6).toString("hex")}`;
    const admin = connectPostgresPlainly(server.url);
    await admin(`create database ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  describeDatabaseContract("Postgres", async () =>
    connectPostgres({ url: await emptyDatabase(), connectionsMax: 4 }),
  );

  // Mutant: `migrate` without its advisory lock.
  test("several that start at once on an empty database apply the migrations once", async () => {
    const url = await emptyDatabase();
    const databases = Array.from({ length: 6 }, () => connectPostgres({ url, connectionsMax: 1 }));
    onTestFinished(async () => {
      for (const database of databases) await database.close();
    });
    await Promise.all(databases.map((database) => database.ready()));
    const rows = await databases[0]?.transaction((queries) =>
      queries.execute(sql`select name from lilux_migrations`),
    );
    expect(rows).toEqual([
      { name: "0001-registry.sql" },
      { name: "0002-flywheel.sql" },
      { name: "0003-flywheel-models.sql" },
      { name: "0004-tenants.sql" },
      { name: "0005-flywheel-reviews.sql" },
      { name: "0006-flywheel-thresholds.sql" },
      { name: "0008-libraries.sql" },
      { name: "0009-usage.sql" },
      { name: "0010-tenants-apart.sql" },
      { name: "0012-registry-tenants.sql" },
      { name: "0013-secrets.sql" },
      { name: "0014-flywheel-artefacts.sql" },
      { name: "0018-kiwi-members.sql" },
      { name: "0019-storage.sql" },
    ]);
  });

  test("a statement that the server ends is unavailable, and the connection goes on", async () => {
    const database = connectPostgres({ url: await emptyDatabase(), statementMs: 2_000 });
    onTestFinished(() => database.close());
    const slow = database.transaction((queries) => queries.execute(sql`select pg_sleep(30)`));
    expect(await errorOf(slow)).toMatchObject({ code: "database_unavailable" });
    await database.transaction((queries) => queries.execute(sql`select 1`));
  });
});

// Mutant: the listener on a connection that is in use left out; an error then ends the process.
describeWithServer("a connection that the server ends", "postgres", () => {
  test("between two statements fails that transaction, and nothing else", async () => {
    const server = await startPostgresServer();
    const database = connectPostgres({ url: server.url, connectionsMax: 2 });
    onTestFinished(async () => {
      await database.close();
      await server.stop();
    });
    await database.ready();
    const ended = database.transaction(async (queries) => {
      const [row] = await queries.execute(sql`select pg_backend_pid() as pid`);
      const pid = row?.["pid"];
      const elsewhere = (query: SQL) => database.transaction((other) => other.execute(query));
      await elsewhere(sql`select pg_terminate_backend(${pid})`);
      // The news of it comes while no statement of this connection runs.
      const left = sql`select 1 from pg_stat_activity where pid = ${pid}`;
      await eventually(async () => (await elsewhere(left)).length === 0, LONG);
      await queries.execute(sql`select 1`);
    });
    expect(await errorOf(ended)).toMatchObject({ code: "database_unavailable" });
    await database.transaction((queries) => queries.execute(sql`select 1`));
  });
});

describeWithServer("a database whose Postgres fails", "postgres", () => {
  async function ownDatabase(): Promise<{ server: TestServer; database: Database }> {
    const server = await startPostgresServer({ owned: true });
    const database = connectPostgres({ url: server.url, statementMs: 400, connectionsMax: 2 });
    onTestFinished(async () => {
      await server.thaw();
      await database.close();
      await server.stop();
    });
    await database.ready();
    return { server, database };
  }
  const ask = (database: Database) =>
    database.transaction((queries) => queries.execute(sql`select 1`), { deadlineMs: 500 });

  // Mutant: releasing a connection unbroken after a deadline; the pool then stays full of them.
  test("hung, it answers unavailable in time for everybody, and recovers", async () => {
    const { server, database } = await ownDatabase();
    const watch = watchDatabase(database, 100);
    onTestFinished(() => watch.stop());
    await server.freeze();
    const startedAt = performance.now();
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => (await errorOf(ask(database))).code),
    );
    expect(new Set(codes)).toEqual(new Set(["database_unavailable"]));
    expect(performance.now() - startedAt).toBeLessThan(IN_TIME_MS);
    await eventually(() => watch.trouble() !== undefined, LONG);
    await server.thaw();
    await eventually(() => ask(database).then(() => true), LONG);
    await eventually(() => watch.trouble() === undefined, LONG);
  });

  test("killed, it is unavailable at once, and comes back by itself", async () => {
    const { server, database } = await ownDatabase();
    await server.kill9();
    await eventually(
      async () => (await errorOf(ask(database))).code === "database_unavailable",
      LONG,
    );
    await server.restart();
    await eventually(() => ask(database).then(() => true), LONG);
  });

  test("not there at the start, it is unavailable until it is", async () => {
    const server = await startPostgresServer({ owned: true });
    const database = connectPostgres({ url: server.url });
    onTestFinished(async () => {
      await database.close();
      await server.stop();
    });
    await server.kill9();
    expect(await errorOf(database.ready())).toMatchObject({ code: "database_unavailable" });
    await server.restart();
    await eventually(() => ask(database).then(() => true), LONG);
  });
});

/** For statements that no transaction may hold. */
function connectPostgresPlainly(url: string): (text: string) => Promise<void> {
  return async (text) => {
    const { Client } = await import("pg");
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(text);
    await client.end();
  };
}

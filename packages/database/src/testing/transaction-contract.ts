import { sql } from "drizzle-orm";
import { expect, onTestFinished, test } from "vitest";
import type { Database, Queries } from "../database.ts";
import { registryItems, registryKeys, registryVersions } from "../schema.ts";
import { errorOf, type OpenTestDatabase } from "./harness.ts";

/** Longer than any test waits, on any machine. */
const ENDLESS = sql`select count(*) from generate_series(1, 100000000000)`;
const DEADLINE_MS = 300;
/** Less than the limit of a single statement, which would end it as well. */
const IN_TIME_MS = 4_500;
/** What has to start anew after a failure may take its time on busy cores. */
const UNHURRIED = { deadlineMs: 60_000 };

export function describeTransactionContract(open: OpenTestDatabase): void {
  async function opened(alone = false): Promise<Database> {
    const database = await open({ alone });
    onTestFinished(() => database.close());
    await database.ready();
    return database;
  }

  const addKey = (queries: Queries, keyId: string) =>
    queries
      .insert(registryKeys)
      .values({ namespace: "acme", keyId, publicKey: "k", createdAt: new Date(0) });
  const keyIds = (database: Database) =>
    database.transaction(
      async (queries) =>
        (await queries.select().from(registryKeys)).map(({ keyId }) => keyId).sort(),
      UNHURRIED,
    );

  test("what the work wrote stays when it resolves, and nothing of it when it throws", async () => {
    const database = await opened();
    await database.transaction((queries) => addKey(queries, "kept"));
    const failing = database.transaction(async (queries) => {
      await addKey(queries, "lost");
      throw new RangeError("on purpose");
    });
    const error = await errorOf(failing);
    expect(error).toMatchObject({ code: "internal", cause: { message: "on purpose" } });
    expect(await keyIds(database)).toEqual(["kept"]);
  });

  test("a statement that cannot be is our mistake, and its parameters stay out of the error", async () => {
    const database = await opened();
    await database.transaction((queries) => addKey(queries, "secret-key"));
    const error = await errorOf(database.transaction((queries) => addKey(queries, "secret-key")));
    expect(error.code).toBe("internal");
    expect(error.message).not.toContain("secret-key");
    expect(String(error.cause)).not.toContain("secret-key");
    expect(await keyIds(database)).toEqual(["secret-key"]);
  });

  // Mutant: no signal in `transaction`; the call then lasts as long as the statement.
  test("a statement past the deadline ends in time as unavailable, and the next one works", async () => {
    const database = await opened();
    const startedAt = performance.now();
    const error = await errorOf(
      database.transaction((queries) => queries.execute(ENDLESS), { deadlineMs: DEADLINE_MS }),
    );
    expect(error).toMatchObject({ code: "database_unavailable", retryable: true });
    expect(performance.now() - startedAt).toBeLessThan(IN_TIME_MS);
    expect(await keyIds(database)).toEqual([]);
  });

  test("a caller who leaves is cancelled, and what was begun is not committed", async () => {
    const database = await opened();
    const leaving = new AbortController();
    const work = database.transaction(
      async (queries) => {
        await addKey(queries, "lost");
        leaving.abort();
      },
      { signal: leaving.signal },
    );
    expect((await errorOf(work)).code).toBe("cancelled");
    expect(await keyIds(database)).toEqual([]);
  });

  test("transactions that come at once all end, each whole", async () => {
    const database = await opened();
    const ids = Array.from({ length: 40 }, (_, index) => `key-${String(index).padStart(2, "0")}`);
    await Promise.all(ids.map((id) => database.transaction((queries) => addKey(queries, id))));
    expect(await keyIds(database)).toEqual(ids);
  });

  test("more callers than may wait are turned away as overload", async () => {
    const database = await opened();
    const calls = Array.from({ length: 400 }, () =>
      database.transaction((queries) => queries.execute(sql`select 1`), { deadlineMs: 20_000 }),
    );
    const ended = await Promise.allSettled(calls);
    const reasons = ended.flatMap((end) => (end.status === "rejected" ? [end.reason.code] : []));
    expect(reasons).toContain("overloaded");
    // On busy cores some of those that may wait are not served in time.
    const others = reasons.filter((code) => code !== "overloaded");
    expect(new Set([...others, "database_unavailable"]).size).toBe(1);
    expect(await keyIds(database)).toEqual([]);
  });

  test("the tables are those the typed statements are written for", async () => {
    const database = await opened();
    const rows = await database.transaction(async (queries) => [
      await queries.select().from(registryKeys),
      await queries.select().from(registryItems),
      await queries.select().from(registryVersions),
    ]);
    expect(rows).toEqual([[], [], []]);
  });

  // Mutant: `assertSameBeginning` that never throws.
  test("a database that another version made is refused", async () => {
    const database = await opened();
    await database.transaction((queries) =>
      queries.execute(sql`insert into lilux_migrations (name, sha256) values ('9999-later', 'x')`),
    );
    const { migrate } = await import("../migrate.ts");
    const error = await errorOf(database.transaction(migrate));
    expect(error).toMatchObject({ code: "config_invalid" });
    expect(error.message).toContain("9999-later");
  });

  test("migrations that were applied are left alone", async () => {
    const database = await opened();
    const { migrate } = await import("../migrate.ts");
    await database.transaction((queries) => addKey(queries, "kept"));
    await database.transaction(migrate);
    expect(await keyIds(database)).toEqual(["kept"]);
  });

  test("after its close everything is refused, and a second close is no error", async () => {
    const database = await opened(true);
    await database.close();
    const error = await errorOf(database.transaction((queries) => queries.execute(sql`select 1`)));
    expect(error.code).toBe("shutting_down");
  });
}

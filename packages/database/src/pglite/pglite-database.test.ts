import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory, testTenant } from "@lilux/testkit";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Database } from "../database.ts";
import { createRegistryStore } from "../registry/registry-store.ts";
import { describeDatabaseContract } from "../testing/contract.ts";
import { emptyDatabase, errorOf, newVersion } from "../testing/harness.ts";
import { openPglite } from "./open-pglite.ts";

// A thread that starts anew works for two seconds, and on busy cores that is many.
vi.setConfig({ testTimeout: 120_000 });

/** Starting takes seconds: most tests share one, and those that cannot start from a copy. */
let template: TemporaryDirectory;
let shared: Database | undefined;
beforeAll(async () => {
  template = await temporaryDirectory();
  const database = openPglite({ directory: join(template.path, "database") });
  await database.ready();
  await database.close();
  await cp(join(template.path, "database"), join(template.path, "copy", "database"), {
    recursive: true,
  });
}, 180_000);
afterAll(async () => {
  await shared?.close();
  await template.remove();
});

async function emptyFolder(): Promise<string> {
  const folder = await temporaryDirectory();
  onTestFinished(() => folder.remove());
  await cp(join(template.path, "copy"), folder.path, { recursive: true });
  return join(folder.path, "database");
}

describeDatabaseContract("PGlite in a folder", async (options) => {
  if (options?.alone === true) return openPglite({ directory: await emptyFolder() });
  shared ??= openPglite({ directory: join(template.path, "database") });
  await emptyDatabase(shared);
  return { ...shared, close: async () => undefined };
});

describe("an embedded database", () => {
  test("keeps what was committed when a statement is broken off, and when it is opened again", async () => {
    const directory = await emptyFolder();
    const first = openPglite({ directory });
    await createRegistryStore(first).publish(newVersion());
    const endless = first.transaction(
      (queries) => queries.execute(sql`select count(*) from generate_series(1, 100000000000)`),
      { deadlineMs: 200 },
    );
    expect((await errorOf(endless)).code).toBe("database_unavailable");
    const unhurried = { deadlineMs: 60_000 };
    expect(await createRegistryStore(first).keys("acme", unhurried)).toEqual(["key-1"]);
    await first.close();
    const second = openPglite({ directory });
    onTestFinished(() => second.close());
    expect(await createRegistryStore(second).keys("acme")).toEqual(["key-1"]);
  });

  // Mutant: `claimFolder` that never finds a holder.
  test("is one process's alone while it lives, and free when that is gone", async () => {
    const directory = await emptyFolder();
    const first = openPglite({ directory });
    await first.ready();
    const second = openPglite({ directory });
    const error = await errorOf(second.ready());
    expect(error).toMatchObject({ code: "database_unavailable" });
    expect(error.message).toContain(String(process.pid));
    await first.close();
    const gone = spawnSync("true").pid;
    await writeFile(`${directory}.lock`, `${gone} 1`);
    await second.ready();
    await second.close();
  });

  test("is not made for who only looks: nothing is found, and no thread starts", async () => {
    // Mutant: `isUntouched` answers false; the folder is then made by the first search.
    await using folder = await temporaryDirectory();
    const directory = join(folder.path, "database");
    const database = openPglite({ directory });
    onTestFinished(() => database.close());
    const store = createRegistryStore(database);
    const item = { namespace: "acme", itemType: "directive", qualifiedId: "a/b" } as const;
    const id = { tenant: testTenant("acme"), itemType: "directive", id: "b" } as const;
    const at = new Date();
    const wanted = { ...id, namespace: "acme", version: undefined };
    const query = {
      tenant: testTenant("acme"),
      itemType: "directive",
      query: "b",
      limit: 9,
    } as const;
    expect(await store.search(query)).toEqual({ hits: [], total: 0 });
    expect(await store.open(wanted)).toEqual({ kind: "no_item" });
    expect(await store.namesakes(id)).toEqual([]);
    expect(await store.keys("acme")).toEqual([]);
    expect(await store.yank({ ...item, version: "1.0.0", reason: "", at })).toBe(false);
    expect(await store.setVisibility({ ...item, visibility: "public", at })).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });

  test("made once is untouched no more, also in the next process", async () => {
    const directory = await emptyFolder();
    const database = openPglite({ directory });
    onTestFinished(() => database.close());
    expect(database.isUntouched()).toBe(false);
  });

  test("in memory works without any folder", async () => {
    const database = openPglite();
    onTestFinished(() => database.close());
    const store = createRegistryStore(database);
    expect(database.isUntouched()).toBe(true);
    await store.publish(newVersion());
    expect(await store.keys("acme")).toEqual(["key-1"]);
  });
});

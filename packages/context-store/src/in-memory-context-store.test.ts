import { clockOf, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createInMemoryContextStore } from "./in-memory-context-store.ts";
import { keys } from "./keys.ts";
import { describeContextStoreContract } from "./testing/contract.ts";

describeContextStoreContract("the in-memory store", async () => createInMemoryContextStore());

test("one entry too many costs the one that was written longest ago", async () => {
  const store = createInMemoryContextStore({ entriesMax: 2 });
  const put = (key: string, version: number) =>
    store.putIfNewer(key, { version, value: 1, ttlMs: 1_000 });
  await put("a", 1);
  await put("b", 1);
  await put("a", 2);
  await put("c", 1);
  const states = await Promise.all(
    ["a", "b", "c"].map(async (key) => (await store.get(key)).state),
  );
  expect(states).toEqual(["found", "missing", "found"]);
});

test("an entry lives exactly as long as it was given", async () => {
  let now = 0;
  const store = createInMemoryContextStore({ clock: clockOf(() => now) });
  await store.putIfNewer("a", { version: 1, value: 1, ttlMs: 30_000 });
  now = 29_999;
  expect((await store.get("a")).state).toBe("found");
  now = 30_000;
  expect((await store.get("a")).state).toBe("missing");
});

test("values that are too large together cost those that were written longest ago", async () => {
  // Mutant: `drop` does not count back.
  const store = createInMemoryContextStore({ charactersMax: 30 });
  const put = (key: string, version: number) =>
    store.putIfNewer(key, { version, value: "x".repeat(8), ttlMs: 1_000 });
  for (let version = 1; version < 20; version += 1) await put("a", version);
  await put("b", 1);
  await put("c", 1);
  await store.forget("b");
  await put("d", 1);
  await put("e", 1);
  const states = await Promise.all(
    ["a", "c", "d", "e"].map(async (key) => (await store.get(key)).state),
  );
  expect(states).toEqual(["missing", "found", "found", "found"]);
});

// Mutants: `ownerOf` that says one owner for all; what a tenant spent counted as the tenant's.
test("a tenant that fills it loses its own oldest, and neither another's contexts nor what it spent", async () => {
  const store = createInMemoryContextStore({ charactersMax: 2_000 });
  const put = (key: string) =>
    store.putIfNewer(key, { version: 1, value: "x".repeat(48), ttlMs: 1_000 });
  await put(keys.spending(testTenant("loud")));
  const quiet = [keys.context(testTenant("quiet"), "s1"), keys.history(testTenant("quiet"), "s1")];
  for (const key of quiet) await put(key);
  for (let session = 0; session < 100; session += 1)
    await put(keys.context(testTenant("loud"), `s${session}`));
  const kept = [
    ...quiet,
    keys.spending(testTenant("loud")),
    keys.context(testTenant("loud"), "s99"),
  ];
  for (const key of kept) expect(await store.get(key)).toMatchObject({ state: "found" });
  expect(await store.get(keys.context(testTenant("loud"), "s1"))).toEqual({ state: "missing" });
});

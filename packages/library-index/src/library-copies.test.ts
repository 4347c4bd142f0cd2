import { SYSTEM_CLOCK } from "@lilux/core/async";
import type { ItemList } from "@lilux/protocol";
import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import type { ItemChange } from "./item-change.ts";
import { createLibraryCopies } from "./library-copies.ts";
import { itemSummary } from "./testing/item-summary.ts";

function keysOf() {
  const keys = new Set<string>();
  return {
    keys,
    apply(changes: Iterable<ItemChange>) {
      for (const { key, item } of changes) item === undefined ? keys.delete(key) : keys.add(key);
    },
  };
}

function copiesOf(lists: Record<string, () => Promise<ItemList>>, tenantsMax = 10) {
  const asked: string[] = [];
  const failures: string[] = [];
  const copies = createLibraryCopies(
    { tenantsMax, waitMs: 5_000 },
    {
      clock: SYSTEM_CLOCK,
      create: keysOf,
      list(tenant) {
        asked.push(tenant);
        return lists[tenant]?.() ?? Promise.reject(new Error("nobody's"));
      },
      onFailure: (tenant) => failures.push(tenant),
    },
  );
  return { copies, asked, failures };
}

const list = (...keys: string[]) => {
  const items = keys.map((key) => itemSummary(key));
  return async (): Promise<ItemList> => ({ version: "v1", items, broken: [] });
};
const change = (tenant: string, ...keys: string[]) => {
  const changes = keys.map((key) => ({ key, item: itemSummary(key) }));
  return { tenant, version: "v2", before: "v1", changed: keys, changes };
};

// Mutants: one copy for all; an announcement given to every copy.
test("each tenant has a copy of its own library, listed once and kept up by its own changes", async () => {
  const { copies, asked } = copiesOf({ a: list("script:x/one"), b: list("script:y/two") });
  expect((await copies.of(testTenant("a")))?.keys).toEqual(new Set(["script:x/one"]));
  expect((await copies.of(testTenant("b")))?.keys).toEqual(new Set(["script:y/two"]));
  copies.hear(change("a", "script:x/three"));
  copies.hear({ no: "change" });
  await new Promise(setImmediate);
  expect((await copies.of(testTenant("a")))?.keys).toEqual(
    new Set(["script:x/one", "script:x/three"]),
  );
  expect((await copies.of(testTenant("b")))?.keys).toEqual(new Set(["script:y/two"]));
  expect(asked).toEqual(["a", "b"]);
  copies.close();
});

test("a library that cannot be listed is none, and whose it was is told", async () => {
  const { copies, failures } = copiesOf({});
  expect(await copies.of(testTenant("a"))).toBeUndefined();
  expect(failures).toEqual(["a"]);
  copies.close();
});

// Mutant: only the first try is waited for.
test("a reader waits for a later try as for the first one", async () => {
  let now = 0;
  let tries = 0;
  const copies = createLibraryCopies(
    { tenantsMax: 1, waitMs: 5_000 },
    {
      clock: { ...SYSTEM_CLOCK, monotonic: () => now },
      create: keysOf,
      async list() {
        tries += 1;
        await new Promise(setImmediate);
        if (tries === 1) throw new Error("away");
        return { version: "v1", items: [itemSummary("script:x/one")], broken: [] };
      },
      onFailure: () => undefined,
    },
  );
  expect(await copies.of(testTenant("a"))).toBeUndefined();
  now += 60_000;
  expect((await copies.of(testTenant("a")))?.keys).toEqual(new Set(["script:x/one"]));
  copies.close();
});

test("beyond the bound the copy used longest ago goes, and is listed anew", async () => {
  const { copies, asked } = copiesOf({ a: list(), b: list(), c: list() }, 2);
  for (const tenant of ["a", "b", "a", "c", "a", "b"]) await copies.of(testTenant(tenant));
  expect(asked).toEqual(["a", "b", "c", "b"]);
  copies.close();
});

test("a reader waits no longer for a list than it is told", async () => {
  const never = new Promise<ItemList>(() => undefined);
  const waits: number[] = [];
  const copies = createLibraryCopies(
    { tenantsMax: 1, waitMs: 50 },
    {
      clock: {
        ...SYSTEM_CLOCK,
        async sleep(ms) {
          waits.push(ms);
        },
      },
      create: keysOf,
      list: () => never,
      onFailure: () => undefined,
    },
  );
  expect(await copies.of(testTenant("a"))).toBeUndefined();
  expect(waits).toEqual([50]);
  copies.close();
});

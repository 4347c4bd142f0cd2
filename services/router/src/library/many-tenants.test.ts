import { itemSummary } from "@lilux/library-index/testing";
import type { ItemSummary } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { clockOf, eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createScriptedModel } from "../testing/scripted-model.ts";
import { NO_EMBEDDING_CACHE } from "./embedding-cache.ts";
import { createLibraries, type LibrariesOptions } from "./libraries.ts";

const logger = createLogger({ service: "test", level: "silent" });
const OPTIONS = { tenantsMax: 256, itemsMax: 50_000, listDeadlineMs: 5_000, refreshMs: 300_000 };
const LONG = { withinMs: 20_000 };

type Model = ReturnType<typeof createScriptedModel>;

function open(
  list: (tenant: string) => ItemSummary[],
  { model = createScriptedModel(), ...options }: { model?: Model } & Partial<LibrariesOptions> = {},
) {
  const libraries = createLibraries(
    { ...OPTIONS, ...options },
    {
      kiwi: {
        listItems: async ({ tenant }) => ({ version: "v1", items: list(tenant), broken: [] }),
      },
      model,
      cache: NO_EMBEDDING_CACHE,
      taught: () => ({ next: async () => [] }),
      logger,
      clock: clockOf(() => 0),
    },
  );
  return { libraries, model };
}

function itemsOf(prefix: string, count: number): ItemSummary[] {
  return Array.from({ length: count }, (_, at) => itemSummary(`script:ops/${prefix}-${at}`));
}

const tenantsOf = (count: number): string[] => Array.from({ length: count }, (_, at) => `t${at}`);

// Mutant: `recent`, `inWork` and `held` of the embedder by tenant again: 200 times the passes.
test("200 tenants with 119 equal items and phrasings cost the passes of one", async () => {
  const examples = ["tidy up", "make it neat"];
  const items = itemsOf("same", 119).map((item, at) => (at === 0 ? { ...item, examples } : item));
  const { libraries, model } = open(() => items);
  await Promise.all(tenantsOf(200).map((tenant) => libraries.complete(testTenant(tenant))));
  expect(model.items).toHaveLength(119);
  expect(model.lines.toSorted()).toEqual(examples.toSorted());
  expect(libraries.counts()).toMatchObject({ items: 200 * 119, embedded: 200 * 119 });
  expect(libraries.of(testTenant("t199")).state).toBe("complete");
}, 60_000);

// Mutant: `turns.take` granted to everybody at once.
test("one tenant's library is whole before another's is begun, and a small change does not wait for a large library", async () => {
  const sizes: Record<string, number> = { t0: 200, t1: 150, t2: 3 };
  const { libraries, model } = open((tenant) => itemsOf(`${tenant}x`, sizes[tenant] ?? 0));
  await Promise.all(tenantsOf(3).map((tenant) => libraries.complete(testTenant(tenant))));
  const order = model.items.map((text) => /t\dx/.exec(text)?.[0]);
  const changes = order.filter((tenant, at) => at === 0 || tenant !== order[at - 1]);
  // Whichever was listed first has at most one batch before the smallest.
  expect(changes.filter((tenant) => tenant === "t2x")).toHaveLength(1);
  expect(changes.length).toBeLessThanOrEqual(4);
  expect(model.items).toHaveLength(353);
});

// Mutant: `evicted.abort()` left out of `dispose`.
test("a library that gave way to another tenant's is filled no further", async () => {
  const gate = Promise.withResolvers<void>();
  let isFirst = true;
  const model = createScriptedModel({
    async beforeItems() {
      if (isFirst) await gate.promise;
      isFirst = false;
    },
  });
  const { libraries } = open((tenant) => itemsOf(`${tenant}x`, tenant === "t0" ? 320 : 1), {
    model,
    tenantsMax: 2,
  });
  libraries.of(testTenant("t0"));
  await eventually(() => libraries.counts().items === 320, LONG);
  libraries.of(testTenant("t1"));
  libraries.of(testTenant("t2"));
  expect(libraries.tenants()).not.toContain("t0");
  gate.resolve();
  await Promise.all([libraries.complete(testTenant("t1")), libraries.complete(testTenant("t2"))]);
  const ofFirst = model.items.filter((text) => text.includes("t0x"));
  expect(ofFirst).toHaveLength(32);
});

test("libraries that are too much together give way, those used longest ago first", async () => {
  const { libraries } = open((tenant) => itemsOf(tenant, 10), { itemsMax: 10 });
  for (const tenant of tenantsOf(25)) await libraries.complete(testTenant(tenant));
  expect(libraries.tenants().toSorted()).toEqual(tenantsOf(25).slice(5).toSorted());
});

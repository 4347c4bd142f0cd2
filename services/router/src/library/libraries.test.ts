import { itemSummary } from "@lilux/library-index/testing";
import type { ItemSummary } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { clockOf, testTenant } from "@lilux/testkit";
import { describe, expect, it } from "vitest";
import { createScriptedModel } from "../testing/scripted-model.ts";
import type { EmbeddingCache, EmbeddingMap } from "./embedding-cache.ts";
import { createLibraries, type LibrariesDeps } from "./libraries.ts";

const logger = createLogger({ service: "test", level: "silent" });
const ITEMS = [itemSummary("script:ops/one"), itemSummary("script:ops/two")];
const OPTIONS = { tenantsMax: 4, itemsMax: 100, listDeadlineMs: 5_000, refreshMs: 300_000 };

function memoryCache(): EmbeddingCache {
  const kept = new Map<string, EmbeddingMap>();
  return {
    load: async (tenant) => kept.get(tenant) ?? new Map(),
    save: async (tenant, embeddings) => void kept.set(tenant, embeddings),
  };
}

function open(given: { cache: EmbeddingCache; list?: () => Promise<ItemSummary[]> }) {
  const { cache, list = async () => ITEMS } = given;
  const kiwi: LibrariesDeps["kiwi"] = {
    listItems: async () => ({ version: "v1", items: await list(), broken: [] }),
  };
  const model = createScriptedModel();
  const libraries = createLibraries(OPTIONS, {
    kiwi,
    model,
    cache,
    taught: () => ({ next: async () => [] }),
    logger,
    clock: clockOf(() => 0),
  });
  return { libraries, model };
}

describe("the router's libraries", () => {
  it("embed nothing for others that the cache on disk holds, even while they are being listed", async () => {
    // Mutants: `embedItems` does not wait for the listing; `held` answers undefined.
    const cache = memoryCache();
    const before = open({ cache });
    await before.libraries.complete(testTenant("local"));
    expect(before.model.items).toEqual(["script: one", "script: two"]);
    const gate = Promise.withResolvers<ItemSummary[]>();
    const { libraries, model } = open({ cache, list: () => gate.promise });
    libraries.of(testTenant("local"));
    const asked = libraries.embedItems(testTenant("local"), ["script: two", "script: one"]);
    gate.resolve(ITEMS);
    expect(await asked).toHaveLength(2);
    await libraries.complete(testTenant("local"));
    expect(model.items).toEqual([]);
  });

  it("embed for others what no library lists, without listing for it", async () => {
    let listed = 0;
    const list = async () => {
      listed += 1;
      return ITEMS;
    };
    const { libraries } = open({ cache: memoryCache(), list });
    expect(await libraries.embedItems(testTenant("acme"), ["script: three"])).toHaveLength(1);
    expect(listed).toBe(0);
  });

  it("embed what people type for items, once, and take it from the disk after a restart", async () => {
    // Mutants: `save` leaves phrases out; `fillFromCache` takes none.
    const cache = memoryCache();
    const examples = ["tidy up", "make it neat"];
    const list = async () => [itemSummary("script:ops/one", { examples }), ...ITEMS.slice(1)];
    const first = open({ cache, list });
    await first.libraries.complete(testTenant("local"));
    expect(first.model.lines).toEqual(examples);
    expect(first.libraries.of(testTenant("local")).library?.phrases.embedded).toBe(2);
    const second = open({ cache, list });
    await second.libraries.complete(testTenant("local"));
    expect(second.model.lines).toEqual([]);
    expect(second.libraries.of(testTenant("local")).library?.phrases.embedded).toBe(2);
  });

  it("answer others though listing fails", async () => {
    const { libraries } = open({
      cache: memoryCache(),
      list: () => Promise.reject(new Error("down")),
    });
    libraries.of(testTenant("local"));
    expect(await libraries.embedItems(testTenant("local"), ["script: one"])).toHaveLength(1);
  });
});

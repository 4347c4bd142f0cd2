import type { ItemSummary } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import { itemSummary } from "../testing/item-summary.ts";
import { Library } from "./library.ts";

const WIDTH = 16;
const embedding = { bytes: new Int8Array(WIDTH).fill(9), scale: 0.01 };

async function libraryOf(items: ItemSummary[], itemsMax = 100): Promise<Library> {
  const library = new Library(WIDTH, itemsMax);
  await library.update({ version: "v1", items, broken: [] });
  return library;
}

function embedAll(library: Library): void {
  for (const pending of library.pending()) library.setEmbedding(pending, embedding);
}

describe("Library", () => {
  it("calls an item by its bare id, and by the qualified one when several share it", async () => {
    const library = await libraryOf([
      itemSummary("directive:a/validate"),
      itemSummary("directive:b/validate"),
      itemSummary("script:b/validate"),
    ]);
    expect(library.entryOfKey("directive:a/validate")?.callId).toBe("a/validate");
    expect(library.entryOfKey("script:b/validate")?.callId).toBe("validate");
  });

  it("goes back to the bare id when the other item is gone", async () => {
    const both = [itemSummary("directive:a/validate"), itemSummary("directive:b/validate")];
    const library = await libraryOf(both);
    await library.update({ version: "v2", items: both.slice(0, 1), broken: [] });
    expect(library.entryOfKey("directive:a/validate")?.callId).toBe("validate");
    expect(library.resolve("directive", "b/validate")).toBeUndefined();
  });

  it("shows the project's item where the user has one of the same place", async () => {
    const library = await libraryOf([
      itemSummary("script:x/run_it", { source: "user", description: "the user's" }),
      itemSummary("script:x/run_it", { source: "project", description: "the project's" }),
    ]);
    expect(library.size).toBe(1);
    expect(library.resolve("script", "run_it")?.item.source).toBe("project");
  });

  it("keeps the embeddings of what did not change, also when it grows", async () => {
    // Mutant: `#reserve` does not copy rows.
    const first = Array.from({ length: 60 }, (_, at) => itemSummary(`script:x/item_${at}`));
    const library = await libraryOf(first, 1_000);
    embedAll(library);
    const more = Array.from({ length: 200 }, (_, at) => itemSummary(`script:x/item_${at}`));
    more[0] = itemSummary("script:x/item_0", { description: "something else" });
    await library.update({ version: "v2", items: more, broken: [] });
    const pending = library.pending().map(({ text }) => text);
    expect(pending).toHaveLength(141);
    expect(pending).toContain("script: item 0. something else");
    expect(library.embedded).toBe(59);
  });

  it("takes over a change of effect without embedding anew", async () => {
    const library = await libraryOf([itemSummary("script:x/wipe", { effect: "write" })]);
    embedAll(library);
    const changed = itemSummary("script:x/wipe", { effect: "destructive" });
    await library.update({ version: "v2", items: [changed], broken: [] });
    expect(library.pending()).toEqual([]);
    expect(library.resolve("script", "wipe")?.item.effect).toBe("destructive");
  });

  it("does not give a row's embedding to an item that took the row meanwhile", async () => {
    // Mutant: `setEmbedding` without its comparison of hashes.
    const library = await libraryOf([itemSummary("script:x/old")]);
    const [pending] = library.pending();
    await library.update({ version: "v2", items: [itemSummary("script:x/new")], broken: [] });
    if (pending !== undefined) library.setEmbedding(pending, embedding);
    expect(library.embedded).toBe(0);
  });

  it("forgets what is gone, everywhere", async () => {
    const library = await libraryOf([itemSummary("script:x/old"), itemSummary("script:x/stays")]);
    embedAll(library);
    await library.update({ version: "v2", items: [itemSummary("script:x/stays")], broken: [] });
    expect(library.lexical.search("old", { limit: 5, prefixLast: true })).toEqual([]);
    expect(library.entriesOfJoinedId("old")).toEqual([]);
    expect(library.embedded).toBe(1);
  });

  it("holds no more items than it may, and says how many it left out", async () => {
    const library = new Library(WIDTH, 2);
    const items = ["a", "b", "c"].map((id) => itemSummary(`script:x/${id}`));
    await expect(library.update({ version: "v1", items, broken: [] })).resolves.toBe(1);
    expect(library.size).toBe(2);
  });
});

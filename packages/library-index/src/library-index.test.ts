import type { ItemSummary } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import {
  createLibraryIndex,
  type LibraryIndex,
  type LibraryIndexOptions,
} from "./library-index.ts";
import { itemSummary } from "./testing/item-summary.ts";

const WIDTH = 16;
const embedding = { bytes: new Int8Array(WIDTH).fill(9), scale: 0.25 };
const query = new Float32Array(WIDTH).fill(0.25);

function indexOf(items: ItemSummary[], options: LibraryIndexOptions = {}): LibraryIndex {
  const index = createLibraryIndex(options);
  become(index, items);
  return index;
}

function become(index: LibraryIndex, items: ItemSummary[]): void {
  index.apply(index.changesTo(items));
}

function embedAll({ meaning }: LibraryIndex): void {
  if (meaning.model === undefined) meaning.adopt("m", WIDTH);
  for (const { key, textHash } of meaning.pending()) meaning.set(key, textHash, embedding);
}

function callIdOf(index: LibraryIndex, key: string): string | undefined {
  const entry = index.entry(key);
  return entry === undefined ? undefined : index.names.callIdOf(entry);
}

describe("a library's index", () => {
  it("calls an item by its bare id, and by the qualified one when several share it", () => {
    const index = indexOf([
      itemSummary("directive:a/validate"),
      itemSummary("directive:b/validate"),
      itemSummary("script:b/validate"),
    ]);
    expect(callIdOf(index, "directive:a/validate")).toBe("a/validate");
    expect(callIdOf(index, "script:b/validate")).toBe("validate");
  });

  it("goes back to the bare id when the other item is gone, in its words too", () => {
    // Mutant: `remove` of the names without `forgetWords`.
    const both = [itemSummary("directive:a/validate"), itemSummary("directive:b/validate")];
    const index = indexOf(both);
    const words = () => {
      const entry = index.entry("directive:a/validate");
      return entry === undefined ? [] : index.names.callWordsOf(entry);
    };
    expect(words()).toEqual(["a", "validate"]);
    become(index, both.slice(0, 1));
    expect(callIdOf(index, "directive:a/validate")).toBe("validate");
    expect(words()).toEqual(["validate"]);
    expect(index.resolve("directive", "b/validate")).toBeUndefined();
    become(index, both);
    expect(words()).toEqual(["a", "validate"]);
  });

  it("takes the project's item where the user has one of the same key", () => {
    const index = indexOf([
      itemSummary("script:x/run_it", { source: "user", description: "the user's" }),
      itemSummary("script:x/run_it", { source: "project", description: "the project's" }),
    ]);
    expect(index.size).toBe(1);
    expect(index.resolve("script", "run_it")?.item.source).toBe("project");
  });

  it("finds by words without a model, and compares nothing", () => {
    const index = indexOf([itemSummary("script:x/wipe_disk")]);
    expect(index.words.search("wipe", { limit: 5, prefixLast: true })).toHaveLength(1);
    expect(index.meaning.compare(query)).toBeUndefined();
    expect(index.meaning).toMatchObject({ embedded: 0, pendingCount: 1, width: 0 });
  });

  it("keeps the embeddings of what did not change, also when it grows", () => {
    // Mutant: `#reserve` does not copy rows.
    const index = indexOf(
      Array.from({ length: 60 }, (_, at) => itemSummary(`script:x/item_${at}`)),
    );
    embedAll(index);
    const more = Array.from({ length: 200 }, (_, at) => itemSummary(`script:x/item_${at}`));
    more[0] = itemSummary("script:x/item_0", { description: "something else" });
    become(index, more);
    expect(index.meaning.pendingCount).toBe(141);
    expect(index.meaning.pending().map(({ key }) => key)).toContain("script:x/item_0");
    expect(index.meaning.embedded).toBe(59);
    embedAll(index);
    expect(index.meaning.compare(query)?.nearest(300)).toHaveLength(200);
  });

  it("takes over a change of effect or source without embedding anew", () => {
    const index = indexOf([itemSummary("script:x/wipe", { effect: "write" })]);
    embedAll(index);
    become(index, [itemSummary("script:x/wipe", { effect: "destructive", source: "user" })]);
    expect(index.meaning.pendingCount).toBe(0);
    expect(index.resolve("script", "wipe")?.item).toMatchObject({
      effect: "destructive",
      source: "user",
    });
  });

  it("does not give an embedding to an item whose text changed meanwhile", () => {
    // Mutant: `set` without its comparison of hashes.
    const index = indexOf([itemSummary("script:x/it", { description: "old" })]);
    index.meaning.adopt("m", WIDTH);
    const [pending] = index.meaning.pending();
    become(index, [itemSummary("script:x/it", { description: "new" })]);
    index.meaning.set(pending?.key ?? "", pending?.textHash ?? "", embedding);
    expect(index.meaning.embedded).toBe(0);
    index.meaning.set("script:x/gone", pending?.textHash ?? "", embedding);
    expect(index.meaning.embedded).toBe(0);
  });

  it("never compares two models: all are pending again once another is adopted", () => {
    const index = indexOf([itemSummary("script:x/one"), itemSummary("script:x/two")]);
    embedAll(index);
    index.meaning.adopt("other", WIDTH * 2);
    expect(index.meaning).toMatchObject({ embedded: 0, pendingCount: 2, width: WIDTH * 2 });
    expect(index.meaning.compare(query)).toBeUndefined();
    embedAll(index);
    expect(index.meaning.embedded).toBe(0);
  });

  it("finds an embedding by its text, while an item of that text has one", () => {
    // Mutant: `remove` leaves the hash; the row's next item would answer for the text.
    const index = indexOf([itemSummary("script:x/one")]);
    embedAll(index);
    const hash = index.entry("script:x/one")?.textHash ?? "";
    expect(index.meaning.of(hash)).toEqual(embedding);
    expect([...index.meaning.all().keys()]).toEqual([hash]);
    become(index, [itemSummary("script:x/two")]);
    expect(index.meaning.of(hash)).toBeUndefined();
    embedAll(index);
    expect(index.meaning.of(hash)).toBeUndefined();
    become(index, [itemSummary("script:x/one")]);
    expect(index.meaning.of(hash)).toBeUndefined();
  });

  it("holds no more items than it may, and says how many it left out", () => {
    const items = ["a", "b", "c"].map((id) => itemSummary(`script:x/${id}`));
    const index = indexOf(items, { itemsMax: 2 });
    expect(index).toMatchObject({ size: 2, leftOut: 1 });
    become(index, items.slice(1));
    expect(index).toMatchObject({ size: 2, leftOut: 0 });
  });

  it("embeds no more items than it may; the others are found by their words", () => {
    const items = ["aa", "bb", "cc"].map((id) => itemSummary(`script:x/${id}`));
    const index = indexOf(items, { embeddedMax: 2 });
    embedAll(index);
    expect(index.meaning).toMatchObject({ embedded: 2, pendingCount: 0 });
    expect(index.words.search("cc", { limit: 5, prefixLast: false })).toHaveLength(1);
    const entry = index.entry("script:x/cc");
    expect(entry && index.meaning.compare(query)?.cosineOf(entry)).toBeUndefined();
  });
});

import { quantise } from "@lilux/core/embedding";
import { createLibraryIndex, type LibraryIndex } from "@lilux/library-index";
import { itemSummary } from "@lilux/library-index/testing";
import { expect, test } from "vitest";
import { neighboursOf } from "./neighbours-of.ts";

const NAMES = ["script:a/one", "script:a/two", "script:b/far", "script:b/two"];

/** Items on a circle; the angle between two says how near they mean. */
function indexOf(angles: Readonly<Record<string, number>>): LibraryIndex {
  const index = createLibraryIndex();
  index.meaning.adopt("test", 16);
  index.apply(index.changesTo(NAMES.map((name) => itemSummary(name, { description: name }))));
  for (const { key, textHash } of index.meaning.pending()) {
    const angle = angles[key];
    if (angle === undefined) continue;
    const vector = new Float32Array(16);
    vector.set([Math.cos(angle), Math.sin(angle)]);
    index.meaning.set(key, textHash, quantise(vector));
  }
  return index;
}

const ANGLES = { "script:a/one": 0, "script:a/two": 0.3, "script:b/far": 1.4, "script:b/two": 0.6 };
const one = { item_type: "script", item_id: "one" } as const;

test("neighbours come nearest first, without the item itself, by ids that name them", () => {
  const near = neighboursOf(indexOf(ANGLES), one, 2);
  expect(near.map(({ item_id }) => item_id)).toEqual(["a/two", "b/two"]);
  expect(near[0]?.cosine).toBeCloseTo(Math.cos(0.3), 1);
});

test("an item without an embedding, and one that is not there, have none", () => {
  expect(neighboursOf(indexOf({ "script:a/two": 0.3 }), one, 5)).toEqual([]);
  expect(neighboursOf(indexOf(ANGLES), { item_type: "script", item_id: "gone" }, 5)).toEqual([]);
});

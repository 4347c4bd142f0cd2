import { quantise } from "@lilux/core/embedding";
import { describe, expect, it } from "vitest";
import { createLibraryIndex } from "./library-index.ts";
import { itemSummary } from "./testing/item-summary.ts";

const WIDTH = 16;
const along = (axis: number): Float32Array => {
  const vector = new Float32Array(WIDTH);
  vector[axis] = 1;
  return vector;
};

function open() {
  const index = createLibraryIndex();
  index.meaning.adopt("m", WIDTH);
  index.tokens.adopt(WIDTH);
  const items = [
    itemSummary("script:a/one"),
    itemSummary("script:b/one"),
    itemSummary("script:two"),
  ];
  index.apply(index.changesTo(items));
  const [first, alike, other] = [...index.entries()];
  if (first === undefined || alike === undefined || other === undefined) throw new Error("three");
  return { index, items, first, alike, other };
}

describe("items token by token", () => {
  it("are shared by items of one text, and gone with the last of them", () => {
    // Mutant: `remove` takes the text's tokens with the first item.
    const { index, items, first, alike, other } = open();
    for (const { key, textHash } of [first, alike]) {
      index.tokens.set(key, textHash, quantise(along(1)));
    }
    expect(index.tokens.all().size).toBe(1);
    const entries = [first, alike, other];
    expect([...index.tokens.compare(along(1), entries).keys()]).toEqual([first, alike]);
    index.apply(index.changesTo(items.slice(1)));
    expect(index.tokens.ofText(alike.textHash)).toBeDefined();
    index.apply(index.changesTo(items.slice(2)));
    expect(index.tokens.all().size).toBe(0);
  });

  it("are not taken for another text, nor of another width", () => {
    const { index, first } = open();
    index.tokens.set(first.key, "another", quantise(along(1)));
    index.tokens.set(first.key, first.textHash, quantise(new Float32Array(WIDTH + 1)));
    expect(index.tokens.all().size).toBe(0);
    index.tokens.set(first.key, first.textHash, quantise(along(1)));
    expect(index.tokens.compare(new Float32Array(WIDTH - 1), [first]).size).toBe(0);
    index.tokens.adopt(WIDTH);
    expect(index.tokens.compare(along(1), [first]).size).toBe(0);
  });
});

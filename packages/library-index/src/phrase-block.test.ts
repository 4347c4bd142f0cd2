import { quantise } from "@lilux/core/embedding";
import { expect, it } from "vitest";
import { phraseHashOf } from "./item-phrases.ts";
import { hashesOf, isOf, packBlock, rowsOf } from "./phrase-block.ts";

const texts = ["tidy up", "make it neat", "sweep"];
const hashes = texts.map(phraseHashOf);
const rows = texts.map((text) =>
  quantise(Float32Array.from(text.slice(0, 5), (c) => c.charCodeAt(0) - 99)),
);

it("gives back the vectors and the names that were packed", () => {
  const block = packBlock(hashes, rows);
  expect(hashesOf(block)).toEqual(hashes);
  for (const [at, { bytes, scale }] of rowsOf(block).entries()) {
    expect(bytes).toEqual(rows[at]?.bytes);
    expect(scale).toBeCloseTo(rows[at]?.scale ?? 0, 5);
  }
});

it("is of exactly these phrasings in this order", () => {
  const block = packBlock(hashes, rows);
  expect(isOf(block, hashes)).toBe(true);
  expect(isOf(block, hashes.toReversed())).toBe(false);
  expect(isOf(block, hashes.slice(1))).toBe(false);
  expect(isOf(packBlock([], []), [])).toBe(true);
});

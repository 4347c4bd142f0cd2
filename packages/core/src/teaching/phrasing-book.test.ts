import { expect, it } from "vitest";
import { createPhrasingBook } from "./phrasing-book.ts";

const taught = (textHash: string, ...lines: string[]) => ({
  type: "taught" as const,
  at: 5,
  model: "m",
  items: [{ key: `script:${textHash}`, textHash, lines }],
});

it("holds what was written last for a text, until that is forgotten, and says what changed", () => {
  const book = createPhrasingBook();
  expect(book.take(taught("a", "one"))).toEqual(["a"]);
  expect(book.take(taught("b", "two"))).toEqual(["b"]);
  book.take(taught("a", "three"));
  expect(book.of("a")).toEqual({ key: "script:a", lines: ["three"], model: "m", at: 5 });
  expect(book.take({ type: "forgotten", at: 6, textHash: "b" })).toEqual(["b"]);
  expect([book.of("b"), book.isForgotten("b"), book.isForgotten("a")]).toEqual([
    undefined,
    true,
    false,
  ]);
  expect(book.take({ type: "forgotten", at: 7 })).toEqual(["a"]);
  expect(book.size).toBe(0);
  book.take(taught("a", "four"));
  expect([book.of("a")?.lines, book.isForgotten("a")]).toEqual([["four"], false]);
});

it("lets the text that was written for longest ago go where there are too many", () => {
  const book = createPhrasingBook({ textsMax: 2 });
  for (const hash of ["a", "b", "c"]) book.take(taught(hash, "line"));
  expect(["a", "b", "c"].map((hash) => book.of(hash) !== undefined)).toEqual([false, true, true]);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { editsApart } from "./edits-apart.ts";
import { createWordBook } from "./word-book.ts";

const word = fc.string({ unit: fc.constantFrom(..."abcde"), minLength: 4, maxLength: 9 });

it("finds a word one letter off, whatever was added and taken back before", () => {
  fc.assert(
    fc.property(fc.array(word), fc.array(word), (kept, gone) => {
      const book = createWordBook();
      book.add(kept);
      book.add(gone);
      book.remove(gone);
      for (const one of kept) {
        // Its last letter missing: of all that are so near, one is found.
        const slip = one.slice(0, -1);
        if (slip.length < 4) continue;
        expect(editsApart(slip, book.nearest(slip) ?? "", 2)).toBeLessThanOrEqual(1);
      }
      const left = new Set(kept);
      for (const one of gone) expect(book.has(one)).toBe(left.has(one));
    }),
  );
});

it("counts a swap of neighbours as one, and no more than asked for", () => {
  expect(editsApart("validate", "vaildate", 2)).toBe(1);
  expect(editsApart("ab", "ba", 1)).toBe(1);
  expect(editsApart("publish", "pubilhs", 2)).toBe(2);
  expect(editsApart("kitten", "sitting", 2)).toBeUndefined();
  expect(editsApart("same", "same", 0)).toBe(0);
  expect(editsApart("long", "longer", 1)).toBeUndefined();
});

it("prefers fewer wrong letters, then the commoner word", () => {
  const book = createWordBook();
  book.add(["deploys", "deployed", "deploy"]);
  expect(book.nearest("deplpy")).toBe("deploy");
  book.add(["mailer", "mailed", "mailed"]);
  expect(book.nearest("mailex")).toBe("mailed");
});

import { expect, test } from "vitest";
import { describeData } from "./describe-data.ts";

// Mutants: `isAll` always true; the length of a list less what is named.
test.each([
  ["nothing", null, "It returned nothing."],
  ["an empty list", [], "It returned nothing."],
  ["a number", 59, "It returned 59."],
  ["a sentence", "All is well.", "All is well."],
  ["values", { days: 59, weeks: 8, note: null }, "**days** 59, **weeks** 8, **note** none."],
  ["a short list", ["a", "b"], "It returned a, b."],
  [
    "a long list",
    ["a", "b", "c", "d", "e", "f"],
    "It returned 6 values, beginning with a, b, c, d, e. All of it stands with the call.",
  ],
  [
    "rows within values",
    { total: 2, rows: [{ name: "x", tags: ["t"] }, { name: "y" }] },
    "**total** 2, **rows** 2 entries, the first with name x. All of it stands with the call.",
  ],
  [
    "what is deeper",
    { from: { host: "a" }, ok: true },
    "**from**, **ok** true. All of it stands with the call.",
  ],
  [
    "a text of several lines",
    "First line\nsecond line",
    "It returned a text that begins “First line”. All of it stands with the call.",
  ],
  [
    "a value of several lines",
    { text: "one\ntwo" },
    "**text** one two. All of it stands with the call.",
  ],
])("%s is said in a sentence, and whether that is all of it", (_, data, said) => {
  expect(describeData(data)).toBe(said);
});

test("however large a result is, little is said", () => {
  const fields = Array.from({ length: 500 }, (_, at) => [`field_${at}`, "word ".repeat(500)]);
  for (const data of [Object.fromEntries(fields), fields, "word ".repeat(5_000)]) {
    expect(describeData(data).length).toBeLessThan(1_200);
  }
});

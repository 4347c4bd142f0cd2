import { expect, it } from "vitest";
import { readRows } from "./read-rows.ts";

it("cells keep their commas, quotes and lines, and blank lines are no rows", () => {
  const text = '\uFEFFname,note\r\n"Lopez, Ann","says ""hi""\nand more"\r\n\r\nBob,\r\n';
  expect(readRows(text)).toEqual([
    ["name", "note"],
    ["Lopez, Ann", 'says "hi"\nand more'],
    ["Bob", ""],
  ]);
});

it("tabs and semicolons stand between cells too", () => {
  expect(readRows("a\tb\n1\t2")).toEqual([
    ["a", "b"],
    ["1", "2"],
  ]);
  expect(readRows("a;b\n1;2\n3;4")[1]).toEqual(["1", "2"]);
});

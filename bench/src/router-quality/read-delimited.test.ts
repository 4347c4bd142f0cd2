import { expect, test } from "vitest";
import { readDelimited } from "./read-delimited.ts";

test("a quoted field keeps separators, quotes and line ends, and a file may end without one", () => {
  const text =
    'text,category\n"Hello, where is it?",card\r\n"he said ""no""\nand left",other\nplain,last';
  expect(readDelimited(text, ",")).toEqual([
    { text: "Hello, where is it?", category: "card" },
    { text: 'he said "no"\nand left', category: "other" },
    { text: "plain", category: "last" },
  ]);
});

test("another separator leaves commas alone, and empty rows are no rows", () => {
  expect(readDelimited('a;b\n1,5;"x;y"\n\n', ";")).toEqual([{ a: "1,5", b: "x;y" }]);
});

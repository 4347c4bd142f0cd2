import fc from "fast-check";
import { expect, test } from "vitest";
import { writeOut } from "./write-out.ts";

test.each([
  ["an escape sequence", "\u001b[2K", "\\u001b[2K"],
  ["a title and its bell", "\u001b]0;owned\u0007", "\\u001b]0;owned\\u0007"],
  ["a one-byte introducer (C1)", "\u009b31m\u009d", "\\u009b31m\\u009d"],
  ["a carriage return that writes over", "good\rbad", "good\\u000dbad"],
  ["backspaces, zero and delete", "a\bb\0c\u007f", "a\\u0008b\\u0000c\\u007f"],
  ["overrides and embeddings", "\u202egnp.exe\u202c", "\\u202egnp.exe\\u202c"],
  ["isolates", "\u2066a\u2069", "\\u2066a\\u2069"],
  ["marks of direction", "\u200ea\u200fb\u061c", "\\u200ea\\u200fb\\u061c"],
  ["what has no shape", "a\u200bb\ufeffc\u00add\u2060", "a\\u200bb\\ufeffc\\u00add\\u2060"],
  ["letters hidden as tags", "\u{e0041}", "\\udb40\\udc41"],
  ["line separators", "a\u2028b\u2029", "a\\u2028b\\u2029"],
  ["half a character", "a\ud800b", "a\\ud800b"],
])("%s is written out", (_what, text, expected) => {
  expect(writeOut(text)).toBe(expected);
});

test.each(["a\n\tb", "größer 😀 👩‍👩‍👧", "می‌خواهم", "עברית", "日本語", "e\u0301", "\\u001b"])(
  "%j stays as it is",
  (text) => expect(writeOut(text)).toBe(text),
);

test("JSON stays JSON of the same value, and nothing of any text is obeyed", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const json = writeOut(JSON.stringify({ text }, null, 2));
      expect(JSON.parse(json)).toEqual({ text });
      expect(writeOut(text)).not.toMatch(
        /(?!\n|\t)\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u,
      );
    }),
  );
});

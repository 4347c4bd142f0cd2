import { expect, test } from "vitest";
import { itemNameProblem } from "./item-name-problem.ts";

test.each(["deploy", "042-email", "v1.2", "überprüfen", "邮件", "con_air", "a".repeat(128)])(
  "%s names a new item",
  (name) => {
    expect(itemNameProblem(name)).toBeUndefined();
  },
);

test.each([
  "",
  ".",
  "..",
  ".hidden",
  "-flag",
  "a b",
  "a/b",
  "a\\b",
  "a\0",
  "a\n",
  "a:b",
  "a*",
  "a.",
  "con",
  "NUL.txt",
  "lpt1",
  "evil\u202Etxt",
  "zero\u200Bwidth",
  "u\u0308",
  "\uD800",
  "a".repeat(129),
  "é".repeat(65),
])("%j does not", (name) => {
  expect(itemNameProblem(name)).toEqual(expect.any(String));
});

import { expect, test } from "vitest";
import { callOfWords } from "./call-of-words.ts";

test.each([
  ["search script e-mail of ann", { item_type: "script", query: "e-mail of ann" }, "search"],
  [
    " load  directive deploy ",
    { item_type: "directive", item_id: "deploy", source: "project" },
    "load",
  ],
  ["run script ops/tally", { item_type: "script", item_id: "ops/tally", action: "run" }, "execute"],
  ["publish script x", { item_type: "script", item_id: "x", action: "publish" }, "execute"],
])("%s is a call", (text, given, name) => {
  expect(callOfWords(text)).toEqual({ name, arguments: given });
});

test.each([
  "",
  "load",
  "load directive",
  "load directive two words",
  "fetch script x",
  "run thing x",
  "execute script x",
])("%j is none", (text) => {
  expect(callOfWords(text)).toBeUndefined();
});

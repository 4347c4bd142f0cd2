import { expect, it } from "vitest";
import { browseWish } from "./browse-wish.ts";

it.each([
  ["show all scripts", "script"],
  ["list the directives", "directive"],
  ["Show me every workflow.", "directive"],
  ["all tools", "script"],
  ["which scripts are there?", "script"],
  ["what directives do we have", "directive"],
  ["browse knowledge", "knowledge"],
  ["list everything", "all"],
  ["show me the library", "all"],
  ["what's in my library?", "all"],
  ["help", "help"],
  ["What can you do?", "help"],
  ["what can i do here", "help"],
])("%s", (text, wish) => {
  expect(browseWish(text)).toBe(wish);
});

it.each([
  "show scripts about mail",
  "list the failing tests",
  "help me write a postmortem",
  "scripts",
  "show the calendar",
  "what can you do about this bug",
  "all hands meeting notes",
  "list open invoices",
  "run all scripts",
  "delete all scripts",
])("asks for something in particular: %s", (text) => {
  expect(browseWish(text)).toBeNull();
});

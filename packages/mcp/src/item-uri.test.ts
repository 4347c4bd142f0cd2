import fc from "fast-check";
import { expect, test } from "vitest";
import { itemOfUri, itemUri } from "./item-uri.ts";

test("every qualified id has an address that names it again", () => {
  const part = fc.string({ minLength: 1, unit: "grapheme" }).filter((text) => !text.includes("/"));
  fc.assert(
    fc.property(
      fc.constantFrom("directive", "script", "knowledge"),
      fc.array(part, { minLength: 1, maxLength: 4 }),
      (item_type, parts) => {
        const qualified_id = parts.join("/");
        const uri = itemUri({ item_type, qualified_id });
        expect(itemOfUri(uri)).toEqual({ item_type, item_id: qualified_id });
      },
    ),
  );
});

test.each([
  "file:///etc/passwd",
  "lilux://recipe/a",
  "lilux://script/",
  "lilux://script/a?b",
  "lilux://script/%E0%A4%A",
  "LILUX://script/a",
  `lilux://script/${"a".repeat(5_000)}`,
])("%s is no address of ours", (uri) => {
  expect(itemOfUri(uri)).toBeUndefined();
});

test("the longest id in the widest script has an address", () => {
  const qualified_id = "漢".repeat(256);
  const uri = itemUri({ item_type: "knowledge", qualified_id });
  expect(itemOfUri(uri)?.item_id).toBe(qualified_id);
});

test("tool is another word for script in addresses, too", () => {
  expect(itemOfUri("lilux://tool/a")).toEqual({ item_type: "script", item_id: "a" });
});

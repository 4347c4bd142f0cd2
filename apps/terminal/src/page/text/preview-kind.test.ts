import { expect, it } from "vitest";
import { imageTypeOf, PREVIEW_BYTES_MAX, previewKind } from "./preview-kind.ts";

it("pictures, tables and texts are shown, anything else is only downloaded", () => {
  const kinds = [
    "a/chart.SVG",
    "x.png",
    "sales.csv",
    "notes.md",
    "data.bin",
    "svg",
    "a.constructor",
  ];
  expect(kinds.map((name) => previewKind({ name, bytes: 10 }))).toEqual([
    "image",
    "image",
    "table",
    "text",
    null,
    null,
    null,
  ]);
  expect(imageTypeOf("a/chart.SVG")).toBe("image/svg+xml");
});

it("a file too large to be looked at is only downloaded", () => {
  expect(previewKind({ name: "x.csv", bytes: PREVIEW_BYTES_MAX + 1 })).toBeNull();
});

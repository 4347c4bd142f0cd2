import { expect, it } from "vitest";
import { resultKind, tableColumns } from "./result-kind.ts";

it("tells results apart by their own shape, and takes anything else as JSON", () => {
  expect(resultKind({ query: "x", results: [], source: "local", total: 0 }).kind).toBe("search");
  expect(resultKind({ item: {}, content: "" }).kind).toBe("load");
  expect(resultKind({ status: "success", metadata: { durationMs: 1 } }).kind).toBe("execute");
  for (const odd of [null, 7, "text", [], {}, { results: 3 }]) {
    expect(resultKind(odd).kind).toBe("other");
  }
});

it("makes a table of flat rows only", () => {
  expect(tableColumns([{ a: 1 }, { b: 2 }])).toEqual(["a", "b"]);
  expect(tableColumns([{ a: ["x", "y"] }])).toEqual(["a"]);
  expect(tableColumns([{ a: { deep: 1 } }])).toBeNull();
  expect(tableColumns([{ a: [{ deep: 1 }] }])).toBeNull();
  expect(tableColumns([])).toBeNull();
  expect(tableColumns([1, 2])).toBeNull();
});

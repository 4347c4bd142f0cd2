import { Type } from "typebox";
import { expect, test } from "vitest";
import { Call, ExecuteArguments } from "./call.ts";
import { ItemType, itemTypeOf } from "./item-type.ts";
import { createParser } from "./parse.ts";

test.each([
  ["tool", "script"],
  ["tools", "script"],
  ["Tool", "script"],
  [" TOOL ", "script"],
  ["Scripts", "script"],
  ["directives", "directive"],
  ["Knowledge", "knowledge"],
  ["script", "script"],
  ["toolbox", undefined],
  ["", undefined],
  ["s", undefined],
  [7, undefined],
  [null, undefined],
  ["tool".repeat(1_000), undefined],
])("%j means %s", (written, type) => {
  expect(itemTypeOf(written)).toBe(type);
});

test("an item type is read wherever a schema has one: in calls, lists, maps and choices", () => {
  const schema = Type.Object({
    call: Call,
    list: Type.Array(Type.Object({ item_type: ItemType })),
    map: Type.Record(Type.String(), ItemType),
    maybe: Type.Optional(Type.Union([ItemType, Type.Null()])),
  });
  const parser = createParser(schema, "all");
  const call = (item_type: string) => ({
    name: "load",
    arguments: { item_type, item_id: "tool", source: "project" },
  });
  const given = {
    call: call("tool"),
    list: [{ item_type: "tools" }],
    map: { tool: "Tool" },
    maybe: "tool",
  };
  expect(parser.parse(given)).toEqual({
    call: call("script"),
    list: [{ item_type: "script" }],
    map: { tool: "script" },
    maybe: "script",
  });
  expect(given.call.arguments.item_type).toBe("tool");
});

test("the same word elsewhere is left alone", () => {
  // Fails when values are changed without asking the schema.
  const parser = createParser(ExecuteArguments, "execute");
  const parameters = { item_type: "tool", nested: { item_type: "tools" }, kind: "tool" };
  const given = { item_type: "tool", item_id: "tool", action: "run", parameters };
  expect(parser.parse(given)).toEqual({ ...given, item_type: "script" });
});

test("a right value stays the same object, and a wrong one is refused by its name", () => {
  const parser = createParser(ExecuteArguments, "execute");
  const right = { item_type: "script", item_id: "a", action: "run" };
  expect(parser.parse(right)).toBe(right);
  expect(() => parser.parse({ ...right, item_type: "toolbox" })).toThrow(
    "item_type must be one of directive, script, knowledge",
  );
  expect(() => parser.parse({ ...right, item_type: "tool", action: "go" })).toThrow("action");
});

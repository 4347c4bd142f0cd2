import { expect, test } from "vitest";
import { parseToolCall } from "./parse-tool-call.ts";

test.each(["tool", "Tool", "tools", "script"])("a model may say %s for a script", (item_type) => {
  const call = parseToolCall({
    id: "c1",
    name: "execute",
    arguments: JSON.stringify({ item_type, item_id: "tool", action: "run" }),
  });
  expect(call).toEqual({
    name: "execute",
    arguments: { item_type: "script", item_id: "tool", action: "run" },
  });
});
const callWith = (parameters: string) =>
  parseToolCall({
    id: "1",
    name: "execute",
    arguments: `{"item_type":"tool","item_id":"report","action":"run","parameters":${parameters}}`,
  });

test("digits that a model writes arrive as they were written", () => {
  const { arguments: given } = callWith('{"id":1349021875512938561,"version":1.10,"count":3}');
  expect(given).toEqual({
    item_type: "script",
    item_id: "report",
    action: "run",
    parameters: { id: "1349021875512938561", version: "1.10", count: 3 },
  });
});

test("digits that would change are refused by the field, in words a model can act on", () => {
  expect(() => callWith('{"rows":[{"id":9007199254740993}]}')).toThrow(
    "arguments: parameters.rows.0.id is a number whose digits would change. Send it as text, in quotes.",
  );
});

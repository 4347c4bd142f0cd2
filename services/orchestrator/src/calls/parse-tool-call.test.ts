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

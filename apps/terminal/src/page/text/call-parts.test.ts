import { expect, it } from "vitest";
import { callText } from "./call-parts.ts";

it("writes calls as people read them", () => {
  expect(callText({ name: "search", arguments: { item_type: "script", query: "email" } })).toBe(
    'search(script, "email")',
  );
  expect(
    callText({
      name: "load",
      arguments: { item_type: "directive", item_id: "deploy", source: "registry" },
    }),
  ).toBe("load(directive deploy, registry)");
});

it("shows every argument of a run, cutting only a long value", () => {
  const text = callText({
    name: "execute",
    arguments: {
      item_type: "script",
      item_id: "a",
      action: "run",
      parameters: { n: 1, long: "x".repeat(500) },
    },
  });
  expect(text).toContain("execute(script a, run, n: 1, long: ");
  expect(text.length).toBeLessThan(150);
});

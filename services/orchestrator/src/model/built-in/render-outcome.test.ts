import { expect, test } from "vitest";
import { renderOutcome } from "./render-outcome.ts";

const ran = (parameters: Record<string, unknown> | undefined) =>
  renderOutcome({
    call: {
      name: "execute",
      arguments: {
        item_type: "script",
        item_id: "date_diff",
        action: "run",
        ...(parameters === undefined ? {} : { parameters }),
      },
    },
    ok: true,
    result: {
      status: "success",
      item_type: "script",
      item_id: "date_diff",
      action: "run",
      data: { days: 59 },
      inputs: { start: "2026-01-01", end: "2026-03-01" },
      metadata: { durationMs: 5 },
    },
  });

// Mutant: `defaultsNote` that answers nothing.
test("a result on values that nobody gave says which they were", () => {
  expect(ran(undefined)).toContain("By the item's own defaults: `start`, `end`.");
  expect(ran({ start: "2026-01-01" })).toContain("By the item's own defaults: `end`.");
});

test("a result on values that were all given says nothing of defaults", () => {
  expect(ran({ start: "2026-01-01", end: "2026-03-01" })).not.toContain("defaults");
});

import { expect, test } from "vitest";
import { AdminError } from "./admin-error.ts";
import { problemOf } from "./problem.ts";

// Mutant: the whole that a field is in is taken for the field.
test.each([
  ["settings.modelPool", "modelPool"],
  ["scriptHosts.0", "scriptHosts"],
  ["/limits/turnsPerMonth", "turnsPerMonth"],
  ["signIn.jwksUrl", "jwksUrl"],
  ["retention.days", "retention"],
])("what is refused at %s stands beside the field %s", (named, field) => {
  expect(problemOf(new AdminError("No.", named))).toEqual({ field, message: "No." });
});

test("what is about no field stands beside none", () => {
  for (const thrown of [new AdminError("No.", undefined), new Error("away"), "settings"]) {
    expect(problemOf(thrown)).toBeUndefined();
  }
});

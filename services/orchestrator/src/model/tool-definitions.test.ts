import { untypedEnums } from "@lilux/testkit";
import { expect, test } from "vitest";
import { MARK_STEP_TOOL, PRIMITIVE_TOOLS } from "./tool-definitions.ts";

test("every closed choice that a model is offered says its type", () => {
  // Fails when TextEnum leaves `type` out.
  const declared: unknown = JSON.parse(JSON.stringify([...PRIMITIVE_TOOLS, MARK_STEP_TOOL]));
  expect(JSON.stringify(declared)).toContain('"enum"');
  expect(untypedEnums(declared)).toEqual([]);
});

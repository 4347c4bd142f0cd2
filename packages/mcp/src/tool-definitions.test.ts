import { untypedEnums } from "@lilux/testkit";
import { expect, test } from "vitest";
import { TOOLS } from "./tool-definitions.ts";

test("every argument of every tool says its type, and so does every closed choice", () => {
  // Fails when TextEnum leaves `type` out.
  const listed = JSON.parse(JSON.stringify(TOOLS)) as typeof TOOLS;
  expect(untypedEnums(listed)).toEqual([]);
  for (const { name, inputSchema } of listed) {
    for (const [argument, schema] of Object.entries(inputSchema.properties ?? {})) {
      expect(schema, `${name}.${argument}`).toHaveProperty("type");
    }
  }
});

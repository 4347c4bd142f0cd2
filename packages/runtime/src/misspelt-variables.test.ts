import { expect, test } from "vitest";
import { misspeltVariables } from "./misspelt-variables.ts";

// Mutant: compare with the settings of one service alone, and another's are called unknown.
test.each([
  ["LILUX_TENANTS_ROOT", "LILUX_TENANT_ROOT"],
  ["LILUX_TENANTROOT", "LILUX_TENANT_ROOT"],
  ["lilux_tenant_root", "LILUX_TENANT_ROOT"],
  ["LILUX_PROJCET", "LILUX_PROJECT"],
  ["LILUX_API_KEY_FILE", "LILUX_API_KEYS_FILE"],
  ["LILUX_SCRIPTS_NETWORK", "LILUX_SCRIPT_NETWORK"],
  ["LILUX_SOMETHING_OF_MY_OWN", undefined],
])("%s is noticed, and %s is what may be meant", (variable, nearest) => {
  expect(misspeltVariables({ [variable]: "x", PATH: "/bin", OTHER: "y" })).toEqual([
    { variable, nearest },
  ]);
});

test("what some service, the command, compose or the tests read is no slip", () => {
  const env = { LILUX_LLM_URL: "x", LILUX_API_KEY: "x", LILUX_TENANTS: "x", LILUX_REDIS_URL: "x" };
  expect(misspeltVariables(env)).toEqual([]);
});

import { expect, test } from "vitest";
import { databasesOf, variableOf } from "./databases-of.ts";

// Mutant: a list of databases without the tenants'.
test("each database that the variables name is in a backup, once, and goes back into the one that is named alike", () => {
  const own = {
    LILUX_DATABASE_URL: "postgres://db/registry",
    LILUX_FLYWHEEL_DATABASE_URL: "postgres://db/flywheel",
    LILUX_TENANTS_DATABASE_URL: " postgres://db/tenants ",
  };
  const found = databasesOf(own);
  expect([...found.values()]).toEqual([
    "postgres://db/registry",
    "postgres://db/flywheel",
    "postgres://db/tenants",
  ]);
  expect([...found.keys()].map(variableOf)).toEqual(Object.keys(own));
  const one = { ...own, LILUX_TENANTS_DATABASE_URL: own.LILUX_DATABASE_URL };
  expect(databasesOf(one).size).toBe(2);
  expect(databasesOf({ LILUX_TENANTS_DATABASE_URL: "pglite:/t" }).size).toBe(1);
});

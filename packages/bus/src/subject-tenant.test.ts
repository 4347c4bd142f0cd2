import { testTenant } from "@lilux/testkit";
import { expect, expectTypeOf, test } from "vitest";
import type { Bus } from "./bus.ts";
import type { DeploymentBook } from "./deployment-book.ts";
import { isOfSubject, tenantOfSubject } from "./subject-tenant.ts";
import { subjects } from "./subjects.ts";

test("a subject's tenant is the one that it was built for, and a subject of nobody's has none", () => {
  const subject = subjects.turn(testTenant("acme"), "s1");
  expect(tenantOfSubject(subject)).toBe("acme");
  for (const strange of ["", "lilux", "lilux.v1", "lilux.v1..turn", "lilux.v1.ACME.turn"]) {
    expect(() => tenantOfSubject(strange), strange).toThrow(
      expect.objectContaining({ code: "forbidden" }),
    );
  }
});

// Mutants: the comparison left out; a subject without a tenant taken for one of a body without.
test("a body is of its subject only where both name the same tenant", () => {
  const subject = subjects.interaction(testTenant("acme"));
  expect(isOfSubject({ tenant: "acme" }, subject)).toBe(true);
  expect(isOfSubject({ tenant: "globex" }, subject)).toBe(false);
  expect(isOfSubject({ tenant: "" }, "lilux.v1..interaction")).toBe(false);
});

// Held by the compiler. Mutant: `tenant: string` in `build`'s callers or in `purgeTenant`.
test("no subject is built, and no stream emptied, for just any text", () => {
  type OfTenants = Exclude<
    keyof typeof subjects,
    | "approvalAnswers"
    | "replicas"
    | "ofAll"
    | "deletions"
    | "ofAllTenants"
    | "keystrokesTo"
    | "keystrokeTo"
  >;
  type Builds = { [Kind in OfTenants]: Parameters<(typeof subjects)[Kind]>[0] }[OfTenants];
  expectTypeOf<string>().not.toExtend<Builds>();
  expectTypeOf<string>().not.toExtend<Parameters<typeof subjects.keystrokeTo>[1]>();
  expectTypeOf<string>().not.toExtend<Parameters<Bus["purgeTenant"]>[0]>();
  expectTypeOf<string>().not.toExtend<Parameters<DeploymentBook["of"]>[0]>();
});

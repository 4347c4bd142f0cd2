import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createTenantLabel } from "./tenant-label.ts";

test("fifty tenants are named, and any more are one series", () => {
  const labelOf = createTenantLabel();
  const labels = Array.from({ length: 200 }, (_, index) => labelOf(testTenant(`t${index}`)));
  expect(new Set(labels).size).toBe(51);
  expect(labelOf(testTenant("t3"))).toBe("t3");
});

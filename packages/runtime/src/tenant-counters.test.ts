import { eventually } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createTenantCounters, tenantLabel } from "./tenant-counters.ts";

// Mutant: a tenant that leaves is removed and its counts are not given to the others.
test("thousands of tenants are 51 labels at most, and their sum is that of all events", async () => {
  let at = 0;
  const tenants = createTenantCounters(new Registry(), () => at);
  const about = { name: "test_events_total", help: "Events", labelNames: ["outcome"] };
  const counter = tenants.counter(about);
  let events = 0;
  const count = (tenant: string): void => {
    counter.inc({ tenant: tenants.labelOf(tenant), outcome: "good" });
    events += 1;
  };
  for (let round = 0; round < 2; round += 1) {
    for (let one = 0; one < 2_000; one += 1) count(`tenant-${one}`);
    for (let one = 0; one < 4_000; one += 1) count(`big-${round}-${one % 20}`);
    at += 60_000;
  }
  count("big-1-1");
  await eventually(
    async () => {
      const { values } = await counter.get();
      expect(values.length).toBeLessThanOrEqual(51);
      expect(values.reduce((sum, { value }) => sum + value, 0)).toBe(events);
      expect(values.some(({ labels }) => labels["tenant"] === "big-1-1")).toBe(true);
    },
    { withinMs: 10_000 },
  );
});

test.each([
  ["acme-eu.1", "acme-eu.1"],
  ['a"b\nc{d}', "a_b_c_d_"],
  ["other", "other_"],
  ["x".repeat(500), "x".repeat(64)],
])("a tenant's label is short and of plain characters: %j", (tenant, label) => {
  expect(tenantLabel(tenant)).toBe(label);
});

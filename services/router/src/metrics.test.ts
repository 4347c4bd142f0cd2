import { metricProblems } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createRouterMetrics } from "./metrics.ts";

test("the router's metrics are named as promtool would have them", async () => {
  const registry = new Registry();
  createRouterMetrics(registry, {
    queue: () => ({ lines: 0, items: 0 }),
    library: () => ({ items: 0, embedded: 0, phrasings: 0, phrasingsPending: 0 }),
  });
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(5);
  expect(metricProblems(metrics)).toEqual([]);
});

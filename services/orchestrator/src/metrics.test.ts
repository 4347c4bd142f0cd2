import { metricProblems } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createMetrics } from "./metrics.ts";

test("the orchestrator's metrics are named as promtool would have them", async () => {
  const registry = new Registry();
  createMetrics(registry);
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(5);
  expect(metricProblems(metrics)).toEqual([]);
});

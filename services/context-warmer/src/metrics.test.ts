import { metricProblems } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createContextWarmerMetrics } from "./metrics.ts";

test("the warmer's metrics are named as promtool would have them", async () => {
  const registry = new Registry();
  createContextWarmerMetrics(registry, () => 0);
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(5);
  expect(metricProblems(metrics)).toEqual([]);
});

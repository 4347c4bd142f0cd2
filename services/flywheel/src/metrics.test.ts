import { metricProblems } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createFlywheelMetrics } from "./metrics.ts";

test("the flywheel's metrics are named as promtool would have them", async () => {
  const registry = new Registry();
  createFlywheelMetrics(registry);
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.length).toBe(6);
  expect(metricProblems(metrics)).toEqual([]);
});

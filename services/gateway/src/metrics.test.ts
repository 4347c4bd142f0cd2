import { metricProblems } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { addSessionGauges, createGatewayMetrics } from "./metrics.ts";

test("the gateway's metrics are named as promtool would have them", async () => {
  // Fails when a gauge is called `…_count` again.
  const registry = new Registry();
  createGatewayMetrics(registry);
  addSessionGauges(registry, { all: () => [] });
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(15);
  expect(metricProblems(metrics)).toEqual([]);
});

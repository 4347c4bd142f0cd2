import { metricProblems } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createKiwiMetrics } from "./metrics.ts";

test("kiwi's metrics are named as promtool would have them", async () => {
  const metrics = await createKiwiMetrics().registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(5);
  expect(metricProblems(metrics)).toEqual([]);
});

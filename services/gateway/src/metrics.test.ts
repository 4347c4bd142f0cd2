import { metricProblems } from "@lilux/testkit";
import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { addSessionGauges, addStreamGauges, createGatewayMetrics } from "./metrics.ts";

test("the gateway's metrics are named as promtool would have them", async () => {
  // Fails when a gauge is called `…_count` again.
  const registry = new Registry();
  createGatewayMetrics(registry);
  addSessionGauges(registry, { all: () => [] });
  addStreamGauges(registry, { streams: () => [] }, () => 0);
  const metrics = await registry.getMetricsAsJSON();
  expect(metrics.length).toBeGreaterThan(15);
  expect(metricProblems(metrics)).toEqual([]);
});

// Mutant: `settings_differing` left at 0.
test("how full each stream is, how old and whether it is the operator's own, is a figure", async () => {
  const registry = new Registry();
  const turns = {
    name: "TURNS" as const,
    messages: 7,
    bytes: 750,
    bytesMax: 1_000,
    oldestAt: 4_000,
    maxAgeMs: 60_000,
    replicas: 3,
    differs: ["max_bytes"],
  };
  addStreamGauges(registry, { streams: () => [turns] }, () => 10_000);
  const text = await registry.metrics();
  const lines = text.split("\n").filter((line) => line.startsWith("lilux_gateway_stream_"));
  expect(lines).toEqual([
    'lilux_gateway_stream_fill_ratio{stream="TURNS"} 0.75',
    'lilux_gateway_stream_messages{stream="TURNS"} 7',
    'lilux_gateway_stream_oldest_seconds{stream="TURNS"} 6',
    'lilux_gateway_stream_kept_seconds{stream="TURNS"} 60',
    'lilux_gateway_stream_replicas{stream="TURNS"} 3',
    'lilux_gateway_stream_settings_differing{stream="TURNS"} 1',
  ]);
});

import { Counter, Registry } from "prom-client";
import { expect, test } from "vitest";
import { createMetricsRenderer } from "./render-metrics.ts";
import { createTracedHistogram } from "./traced-histogram.ts";

const OPEN = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3";
const TRACE = "0af7651916cd43dd8448eb211c80319c";

function setUp() {
  const registers = [new Registry()];
  const turns = new Counter({ name: "turns_total", help: "Turns.", registers });
  const seconds = createTracedHistogram<"path">({
    name: "turn_seconds",
    help: "Time.",
    labelNames: ["path"],
    buckets: [0.1, 1],
    registers,
  });
  turns.inc(3);
  return { registers, seconds, render: createMetricsRenderer() };
}

test("a value with its trace is an exemplar for who asks for OpenMetrics, and a plain value for all others", async () => {
  const { registers, seconds, render } = setUp();
  seconds.observe(0.4, { labels: { path: "fast" }, traceId: TRACE });
  seconds.observe(0.05, { labels: { path: "fast" }, traceId: undefined });
  const open = await render(registers, OPEN);
  expect(open.contentType).toMatch(/^application\/openmetrics-text/);
  const bucket = open.text.split("\n").filter((line) => line.includes("turn_seconds_bucket"));
  expect(bucket).toEqual([
    'turn_seconds_bucket{le="0.1",path="fast"} 1',
    expect.stringMatching(
      new RegExp(`^turn_seconds_bucket{le="1",path="fast"} 2 # {trace_id="${TRACE}"} 0.4 `),
    ),
    'turn_seconds_bucket{le="+Inf",path="fast"} 2',
  ]);
  expect(open.text.endsWith("# EOF\n")).toBe(true);
  const plain = await render(registers, undefined);
  expect(plain.contentType).toMatch(/^text\/plain/);
  expect(plain.text).toContain('turn_seconds_bucket{le="1",path="fast"} 2\n');
});

// Mutant: leave the names as prom-client leaves them.
test("counters have the same names whoever asked before, also at once", async () => {
  const { registers, render } = setUp();
  const texts = await Promise.all([OPEN, "*/*", OPEN, undefined].map((a) => render(registers, a)));
  for (const { text } of texts) expect(text).toContain("\nturns_total 3\n");
  expect(texts[1]?.text).toContain("# TYPE turns_total counter");
  expect(texts[0]?.text).toContain("# TYPE turns counter");
});

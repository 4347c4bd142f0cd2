import { expect, test } from "vitest";
import { metricProblems } from "./metric-problems.ts";

const metric = (name: string, type: string, more: object = {}) => ({
  name,
  type,
  help: "What it is",
  values: [],
  ...more,
});

test.each([
  ["a gauge in _count", metric("a_open_count", "gauge")],
  ["a gauge in _sum", metric("a_sum", "gauge")],
  ["a counter in _bucket", metric("a_bucket", "counter")],
  ["a counter without _total", metric("a_turns", "counter")],
  ["a gauge with _total", metric("a_total", "gauge")],
  ["a unit that is none of the base units", metric("a_ms", "histogram")],
  ["an abbreviated unit", metric("a_wait_secs", "histogram")],
  ["a type in the name", metric("a_gauge", "gauge")],
  ["capitals", metric("aOpen", "gauge")],
  ["a colon", metric("a:b", "gauge")],
  ["no help", metric("a_open", "gauge", { help: " " })],
  ["a reserved label", metric("a_open", "gauge", { values: [{ labels: { le: "1" } }] })],
])("%s is a problem", (_what, given) => {
  expect(metricProblems([given])).toHaveLength(given.name === "a_bucket" ? 2 : 1);
});

test("names as they should be are none", () => {
  const good = [
    metric("a_open", "gauge"),
    metric("a_turns_total", "counter"),
    metric("a_turn_seconds", "histogram", { values: [{ labels: { le: "1" } }] }),
    metric("a_body_bytes", "summary"),
  ];
  expect(metricProblems(good)).toEqual([]);
});

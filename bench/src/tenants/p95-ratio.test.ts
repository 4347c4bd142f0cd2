import { expect, test } from "vitest";
import { p95Ratio } from "./p95-ratio.ts";

const waited = (ms: number, missing = 0) => ({
  latenciesMs: Float64Array.from({ length: 20 }, (_, at) => ms + at / 10),
  missing,
  late: 0,
});

test("a ratio is that of all rounds together, and its interval as wide as rounds differ", () => {
  const same = Array.from({ length: 5 }, () => ({ upper: waited(20), lower: waited(10) }));
  const steady = p95Ratio(same);
  expect(steady.low).toBeCloseTo(steady.ratio, 5);
  expect(steady.high).toBeCloseTo(steady.ratio, 5);
  const one = { upper: waited(200), lower: waited(10) };
  const unsteady = p95Ratio([...same, one]);
  expect(unsteady.low).toBeLessThan(3);
  expect(unsteady.high).toBeGreaterThan(10);
});

test("what has no answer is no fast one", () => {
  const ratio = p95Ratio([{ upper: waited(10, 5), lower: waited(10) }]);
  expect(ratio.ratio).toBe(Number.POSITIVE_INFINITY);
});

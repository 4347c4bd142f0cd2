import { expect, test } from "vitest";
import { percentile } from "./percentile.ts";

const hundred = Float64Array.from({ length: 100 }, (_, index) => index + 1);

test("percentiles are nearest ranks", () => {
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
});

test("missing answers push the tail to infinity instead of vanishing", () => {
  expect(percentile(hundred.subarray(0, 98), 0.99, 2)).toBe(Number.POSITIVE_INFINITY);
  expect(percentile(hundred.subarray(0, 98), 0.5, 2)).toBe(50);
});

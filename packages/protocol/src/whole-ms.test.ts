import { expect, test } from "vitest";
import { wholeMs } from "./whole-ms.ts";

const DAYS_24 = 24 * 24 * 60 * 60 * 1_000;

test.each([
  [119_999.62, 120_000],
  [0.001, 1],
  [5, 5],
  [0, 0],
  [-0.4, 0],
  [-3_000, 0],
  [2 ** 31, DAYS_24],
  [Number.MAX_VALUE, DAYS_24],
  [Number.POSITIVE_INFINITY, DAYS_24],
])("%d ms are taken as %d, which every timer takes", (given, whole) => {
  expect(wholeMs(given)).toBe(whole);
  expect(AbortSignal.timeout(wholeMs(given))).toBeInstanceOf(AbortSignal);
});

test("what is no number is our own mistake, and says so", () => {
  expect(() => wholeMs(Number.NaN)).toThrow(expect.objectContaining({ code: "internal" }));
});

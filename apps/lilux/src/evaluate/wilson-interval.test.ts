import { expect, test } from "vitest";
import { wilsonInterval } from "./wilson-interval.ts";

test("an interval is Wilson's: known values, within 0 and 1, and narrower over more lines", () => {
  const [low = 0, high = 0] = wilsonInterval(0.5, 10) ?? [];
  expect([low.toFixed(3), high.toFixed(3)]).toEqual(["0.237", "0.763"]);
  const none = wilsonInterval(0, 20) ?? [];
  expect([none[0], none[1]?.toFixed(3)]).toEqual([0, "0.161"]);
  expect(wilsonInterval(1, 5)?.[1]).toBe(1);
  expect(wilsonInterval(null, 5)).toBeNull();
  expect(wilsonInterval(0.5, 0)).toBeNull();
  const width = (lines: number) => {
    const [a = 0, b = 0] = wilsonInterval(0.8, lines) ?? [];
    return b - a;
  };
  expect(width(1_000)).toBeLessThan(width(100));
});

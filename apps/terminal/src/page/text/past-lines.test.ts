import { expect, it } from "vitest";
import { recentLines } from "./past-lines.ts";

const DAY_MS = 24 * 3_600_000;
const lines = (...all: [text: string, day: number][]) =>
  all.map(([text, day]) => ({ text, at: day * DAY_MS }));

it("offers what is used often before what was used once, and lately before long ago", () => {
  expect(recentLines(lines(["a", 10], ["b", 10], ["a", 10], ["c", 10]))).toEqual(["a", "c", "b"]);
  expect(recentLines(lines(["old", 0], ["old", 0], ["old", 0], ["new", 30]))).toEqual([
    "new",
    "old",
  ]);
});

it("offers no more than fit, and nothing where there is nothing", () => {
  const many = lines(...Array.from({ length: 40 }, (_, at): [string, number] => [`l${at}`, at]));
  expect(recentLines(many)).toHaveLength(8);
  expect(recentLines(many)[0]).toBe("l39");
  expect(recentLines([])).toEqual([]);
});

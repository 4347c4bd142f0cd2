import { expect, test } from "vitest";
import { boundLine } from "./bound-line.ts";

test("a line of a length that people type is read whole", () => {
  const line = "deploy billing to staging ".repeat(49);
  expect(boundLine(line)).toBe(line);
});

// Mutant: a bound of 8,000.
test("of a long line its beginning and its end are read, however long it is", () => {
  const bounded = boundLine(`deploy ${"x".repeat(7_900)} to staging`);
  expect(bounded.length).toBeLessThan(1_300);
  expect(bounded.startsWith("deploy x")).toBe(true);
  expect(bounded.endsWith("x to staging")).toBe(true);
  expect(boundLine("y".repeat(100_000)).length).toBe(bounded.length);
});

test("no character is cut in half", () => {
  expect(boundLine("x".repeat(1_023) + "😀".repeat(2_000)).isWellFormed()).toBe(true);
});

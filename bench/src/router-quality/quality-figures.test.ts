import { expect, test } from "vitest";
import { aurocInterval, qualityFigures } from "./quality-figures.ts";

const LINES = [
  { text: "one", label: "a" },
  { text: "two", label: "b" },
  { text: "three", label: "b" },
  { text: "four", label: null },
];

test("an item that is nearest counts as first although nothing is called, and never as called", () => {
  const figures = qualityFigures(
    LINES,
    [
      { item: "a", score: 0.9, calls: true, confidence: 0.9 },
      { item: "b", score: 0.4, calls: false, confidence: 0.4 },
      { item: "a", score: 0.8, calls: true, confidence: 0.8 },
      { item: "a", score: 0.6, calls: false, confidence: 0.6 },
    ],
    0.75,
  );
  expect(figures.itemFirst.value).toBeCloseTo(2 / 3);
  expect(figures.itemCalled?.value).toBeCloseTo(1 / 3);
  expect(figures.refused?.value).toBe(1);
  expect(figures.aboveAct?.coverage).toBeCloseTo(2 / 3);
  expect(figures.aboveAct?.right?.value).toBe(0.5);
  expect(figures.auroc?.value).toBeCloseTo(2 / 3);
});

test("who never says that nothing fits has no figures on it", () => {
  const nearest = LINES.map(() => ({ item: "b", score: 0.5 }));
  const { itemCalled, refused, aboveAct, itemFirst } = qualityFigures(LINES, nearest, 0.75);
  expect({ itemCalled, refused, aboveAct }).toEqual({
    itemCalled: undefined,
    refused: undefined,
    aboveAct: undefined,
  });
  expect(itemFirst.value).toBeCloseTo(2 / 3);
});

test("equal scores tell nothing apart, and without lines of both kinds there is nothing to tell", () => {
  expect(aurocInterval([0.5, 0.5], [0.5])?.value).toBe(0.5);
  expect(aurocInterval([0.9, 0.2], [0.5, 0.1])?.value).toBe(0.75);
  expect(aurocInterval([0.9], [])).toBeUndefined();
});

test("an interval holds its value, narrows with more lines, and is the same each time", () => {
  const half = (count: number) =>
    qualityFigures(
      Array.from({ length: count }, () => ({ text: "x", label: "a" })),
      Array.from({ length: count }, (_, at) => ({ item: at % 2 === 0 ? "a" : "b", score: 1 })),
      0.85,
    ).itemFirst;
  const [few, many] = [half(20), half(2_000)];
  expect(few.low).toBeLessThanOrEqual(few.value);
  expect(few.high).toBeGreaterThanOrEqual(few.value);
  expect(many.high - many.low).toBeLessThan((few.high - few.low) / 3);
  expect(half(20)).toEqual(few);
});

import { expect, it } from "vitest";
import { DETAIL_FULL_ABOVE } from "./detail-of-score.ts";
import { fuseScores } from "./fuse-scores.ts";

it("is the words' score where meaning is unknown or far", () => {
  for (const words of [0, 0.3, 1]) {
    expect(fuseScores(words, undefined)).toBe(words);
    expect(fuseScores(words, 0.1)).toBe(words);
    expect(fuseScores(words, -1)).toBe(words);
  }
});

it("rises with words and with meaning, and stays within 0 and 1", () => {
  for (const words of [0, 0.2, 0.5, 0.8]) {
    for (const cosine of [0.2, 0.35, 0.5, 0.7]) {
      const score = fuseScores(words, cosine);
      expect(fuseScores(words + 0.1, cosine)).toBeGreaterThan(score);
      expect(fuseScores(words, cosine + 0.1)).toBeGreaterThan(score);
    }
    expect(fuseScores(1, 1)).toBe(1);
  }
});

it("never gives an item its full detail for meaning alone", () => {
  expect(fuseScores(0, 1)).toBeLessThan(DETAIL_FULL_ABOVE);
});

import { describe, expect, it } from "vitest";
import type { ItemEvidence } from "./line-evidence.ts";
import { confidencesOf, rankedWith, runOf, scriptEvidence } from "./testing/script-evidence.ts";
import { weighPhrasings } from "./weigh-phrasings.ts";

function evidence(callId: string, cosine: number, centroid?: number): ItemEvidence {
  const phrases =
    centroid === undefined
      ? {}
      : { phrases: { nearest: centroid, three: centroid, centroid, count: 5 } };
  return scriptEvidence(callId, { cosine, ...phrases });
}

const told = rankedWith(0.25, runOf("tides", 0.4), runOf("moon", 0.35));

describe("what is known to be typed for items", () => {
  it("decides between two that the line leaves in doubt, and takes nothing from no call", () => {
    // Mutant: the sign of the weight.
    const items = [evidence("tides", 0.5, 0.5), evidence("moon", 0.5, 0.8)];
    const weighed = weighPhrasings(told, { items });
    const { tides = 0, moon = 0 } = confidencesOf(weighed);
    expect(moon).toBeGreaterThan(tides);
    expect(tides + moon).toBeCloseTo(0.75);
    expect(weighed.noCallConfidence).toBe(0.25);
  });

  it("stands beside an item's own text where nothing is known for it", () => {
    // Mutant: an item without phrasings counts as if nothing were near.
    const items = [evidence("tides", 0.7), evidence("moon", 0.3, 0.6)];
    const { tides = 0, moon = 0 } = confidencesOf(weighPhrasings(told, { items }));
    expect(tides).toBeGreaterThan(moon);
  });

  it("changes nothing in a library without any", () => {
    const items = [evidence("tides", 0.7), evidence("moon", 0.3)];
    expect(weighPhrasings(told, { items })).toBe(told);
  });
});

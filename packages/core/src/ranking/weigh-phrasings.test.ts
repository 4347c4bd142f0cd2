import type { Candidate } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import type { ItemEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { weighPhrasings } from "./weigh-phrasings.ts";

function evidence(callId: string, cosine: number, centroid?: number): ItemEvidence {
  return {
    key: `script:${callId}`,
    item: {
      item_type: "script",
      source: "project",
      effect: "write",
      description: "",
      tags: [],
      inputs: [],
    },
    callId,
    cosine,
    lexical: 0,
    mention: { exact: false, coverage: 0 },
    warm: 0,
    isPrevious: false,
    ...(centroid === undefined
      ? {}
      : { phrases: { nearest: centroid, three: centroid, centroid, count: 5 } }),
  };
}

function run(item_id: string, confidence: number): Candidate {
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id, action: "run" },
  } as const;
  return { call, confidence, effect: "write" };
}

const told: RankedCalls = {
  candidates: [run("tides", 0.4), run("moon", 0.35)],
  noCallConfidence: 0.25,
  noCallConfidenceOnEnter: 0.25,
};

function confidences({ candidates }: RankedCalls): Record<string, number> {
  return Object.fromEntries(
    candidates.map(({ call, confidence }) => [
      call.name === "search" ? "" : call.arguments.item_id,
      confidence,
    ]),
  );
}

describe("what is known to be typed for items", () => {
  it("decides between two that the line leaves in doubt, and takes nothing from no call", () => {
    // Mutant: the sign of the weight.
    const items = [evidence("tides", 0.5, 0.5), evidence("moon", 0.5, 0.8)];
    const weighed = weighPhrasings(told, { items });
    const { tides = 0, moon = 0 } = confidences(weighed);
    expect(moon).toBeGreaterThan(tides);
    expect(tides + moon).toBeCloseTo(0.75);
    expect(weighed.noCallConfidence).toBe(0.25);
  });

  it("stands beside an item's own text where nothing is known for it", () => {
    // Mutant: an item without phrasings counts as if nothing were near.
    const items = [evidence("tides", 0.7), evidence("moon", 0.3, 0.6)];
    const { tides = 0, moon = 0 } = confidences(weighPhrasings(told, { items }));
    expect(tides).toBeGreaterThan(moon);
  });

  it("changes nothing in a library without any", () => {
    const items = [evidence("tides", 0.7), evidence("moon", 0.3)];
    expect(weighPhrasings(told, { items })).toBe(told);
  });
});

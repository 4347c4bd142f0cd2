import type { Candidate } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import type { RankedCalls } from "./ranked-calls.ts";
import { confidencesOf, rankedWith, runOf, scriptEvidence } from "./testing/script-evidence.ts";
import { weighWarm } from "./weigh-warm.ts";

function search(confidence: number): Candidate {
  const call = { name: "search", arguments: { item_type: "script", query: "b" } } as const;
  return { call, confidence, effect: "read" };
}

const ITEMS = [scriptEvidence("a"), scriptEvidence("b", { warm: 30 })];

function idsOf({ candidates }: RankedCalls): string[] {
  return candidates.map(({ call }) => (call.name === "search" ? "search" : call.arguments.item_id));
}

describe("what is warm", () => {
  it("decides between items that the line leaves in doubt", () => {
    const told = rankedWith(0.2, runOf("a", 0.42), runOf("b", 0.38));
    expect(idsOf(weighWarm(told, { items: ITEMS }))).toEqual(["b", "a"]);
  });

  it("takes nothing from no call and from a search, and gives them nothing", () => {
    // Mutant: a search has the factor 1 and is shared anew with the others.
    const told = rankedWith(0.3, runOf("a", 0.2), search(0.2), runOf("b", 0.3));
    const weighed = weighWarm(told, { items: ITEMS });
    const { a = 0, b = 0, search: found } = confidencesOf(weighed);
    expect([weighed.noCallConfidence, found]).toEqual([0.3, 0.2]);
    expect(a + b).toBeCloseTo(0.5);
  });

  it("makes no call of a line that likely means none, though it leaves two items in doubt", () => {
    // Mutant: NO_CALL_STAYS_FROM is 1.
    const weighed = weighWarm(rankedWith(0.4, runOf("a", 0.3), runOf("b", 0.3)), { items: ITEMS });
    expect(weighed.candidates[0]?.confidence ?? 1).toBeLessThan(0.4);
  });

  it("does not overrule a line that says plainly what is meant", () => {
    const told = rankedWith(0.01, runOf("a", 0.97), runOf("b", 0.02));
    expect(idsOf(weighWarm(told, { items: ITEMS }))).toEqual(["a", "b"]);
  });

  it("changes nothing where nothing is warm", () => {
    const told = rankedWith(0.1, runOf("a", 0.5), runOf("c", 0.4));
    expect(weighWarm(told, { items: [scriptEvidence("a"), scriptEvidence("c")] })).toBe(told);
  });
});

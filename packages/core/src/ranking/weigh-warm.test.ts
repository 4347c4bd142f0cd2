import type { Candidate } from "@lilux/protocol";
import { describe, expect, it } from "vitest";
import type { ItemEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { weighWarm } from "./weigh-warm.ts";

function evidence(callId: string, warm: number): ItemEvidence {
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
    cosine: 0.5,
    lexical: 0,
    mention: { exact: false, coverage: 0 },
    warm,
    isPrevious: false,
  };
}

function run(item_id: string, confidence: number): Candidate {
  const call = {
    name: "execute",
    arguments: { item_type: "script", item_id, action: "run" },
  } as const;
  return { call, confidence, effect: "write" };
}

function search(confidence: number): Candidate {
  const call = { name: "search", arguments: { item_type: "script", query: "b" } } as const;
  return { call, confidence, effect: "read" };
}

function ranked(noCallConfidence: number, ...candidates: Candidate[]): RankedCalls {
  return { candidates, noCallConfidence, noCallConfidenceOnEnter: noCallConfidence };
}

const ITEMS = [evidence("a", 0), evidence("b", 30)];

function idsOf({ candidates }: RankedCalls): string[] {
  return candidates.map(({ call }) => (call.name === "search" ? "search" : call.arguments.item_id));
}

const confidencesOf = ({ candidates }: RankedCalls): Record<string, number> =>
  Object.fromEntries(
    candidates.map(({ call, confidence }) => [
      call.name === "search" ? "search" : call.arguments.item_id,
      confidence,
    ]),
  );

describe("what is warm", () => {
  it("decides between items that the line leaves in doubt", () => {
    const told = ranked(0.2, run("a", 0.42), run("b", 0.38));
    expect(idsOf(weighWarm(told, { items: ITEMS }))).toEqual(["b", "a"]);
  });

  it("takes nothing from no call and from a search, and gives them nothing", () => {
    // Mutant: a search has the factor 1 and is shared anew with the others.
    const told = ranked(0.3, run("a", 0.2), search(0.2), run("b", 0.3));
    const weighed = weighWarm(told, { items: ITEMS });
    const { a = 0, b = 0, search: found } = confidencesOf(weighed);
    expect([weighed.noCallConfidence, found]).toEqual([0.3, 0.2]);
    expect(a + b).toBeCloseTo(0.5);
  });

  it("makes no call of a line that likely means none, though it leaves two items in doubt", () => {
    // Mutant: NO_CALL_STAYS_FROM is 1.
    const weighed = weighWarm(ranked(0.4, run("a", 0.3), run("b", 0.3)), { items: ITEMS });
    expect(weighed.candidates[0]?.confidence ?? 1).toBeLessThan(0.4);
  });

  it("does not overrule a line that says plainly what is meant", () => {
    const told = ranked(0.01, run("a", 0.97), run("b", 0.02));
    expect(idsOf(weighWarm(told, { items: ITEMS }))).toEqual(["a", "b"]);
  });

  it("changes nothing where nothing is warm", () => {
    const told = ranked(0.1, run("a", 0.5), run("c", 0.4));
    expect(weighWarm(told, { items: [evidence("a", 0), evidence("c", 0)] })).toBe(told);
  });
});

import type { RankedCalls } from "@lilux/core/ranking";
import type { Call } from "@lilux/protocol";
import { expect, test } from "vitest";
import { rankItems } from "./rank-items.ts";

const run = (item_id: string): Call => ({
  name: "execute",
  arguments: { item_type: "script", item_id, action: "run" },
});
const load = (item_id: string): Call => ({
  name: "load",
  arguments: { item_type: "script", item_id, source: "project" },
});
const search: Call = { name: "search", arguments: { item_type: "script", query: "a" } };

function ranked(entries: [Call, number][], noCall: number): RankedCalls {
  return {
    candidates: entries.map(([call, confidence]) => ({ call, confidence, effect: "read" })),
    noCallConfidence: noCall,
    noCallConfidenceOnEnter: noCall,
  };
}

test("an item's calls count together, and what names no item drops out", () => {
  const given: [Call, number][] = [
    [search, 0.4],
    [run("b"), 0.2],
    [run("a"), 0.15],
    [load("a"), 0.15],
  ];
  const { candidates, noCallConfidence } = rankItems(ranked(given, 0.1));
  expect(candidates.map(({ call }) => call)).toEqual([run("a"), run("b")]);
  expect(candidates[0]?.confidence).toBeCloseTo(0.5, 9);
  expect(candidates[0]?.confidenceOnEnter).toBeCloseTo(0.5, 9);
  expect(noCallConfidence).toBeCloseTo(1 / 6, 9);
});

test("a line for which no item is proposed means none", () => {
  expect(rankItems(ranked([[search, 0.6]], 0.4))).toEqual({
    candidates: [],
    noCallConfidence: 1,
    noCallConfidenceOnEnter: 1,
  });
});

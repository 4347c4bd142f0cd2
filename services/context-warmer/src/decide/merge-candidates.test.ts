import type { ContextCandidate } from "@lilux/protocol";
import { expect, test } from "vitest";
import { contextStateOf } from "./context-state.ts";
import { type HeldCandidate, mergeCandidates } from "./merge-candidates.ts";

const NOW = 1_700_000_000_000;
const VALID_MS = 30_000;

function candidate(item_id: string, score: number, detail = true): ContextCandidate {
  const base = { item_type: "script", item_id, score, name: item_id, description: "" } as const;
  return detail ? { ...base, inputs: [] } : base;
}

function held(item_id: string, score: number, ageMs = 0): HeldCandidate {
  return { candidate: candidate(item_id, score), seenAt: NOW - ageMs, used: false };
}

function merge(before: HeldCandidate[], discovered: ContextCandidate[]) {
  return mergeCandidates({ held: before, discovered, now: NOW, validMs: VALID_MS });
}

test("what is brought up again scores 1.1 times, at most 1, and leads", () => {
  const { kept, dropped } = merge(
    [held("a", 0.7), held("b", 0.98)],
    [candidate("a", 0.7), candidate("b", 0.98), candidate("c", 0.75)],
  );
  const scores = kept.map((entry) => [entry.candidate.item_id, entry.candidate.score]);
  expect(scores).toEqual([
    ["b", 1],
    ["a", expect.closeTo(0.77)],
    ["c", 0.75],
  ]);
  expect(dropped).toEqual([]);
});

test("below the floor, after its time and beyond the fifteenth a candidate goes", () => {
  const many = Array.from({ length: 15 }, (_, index) => candidate(`n${index}`, 0.9));
  const { kept, dropped } = merge(
    [held("faded", 0.55), held("expired", 0.99, VALID_MS + 1), held("crowded out", 0.8)],
    [...many, candidate("weak", 0.49)],
  );
  expect(kept).toHaveLength(15);
  expect(kept.every((entry) => entry.candidate.item_id.startsWith("n"))).toBe(true);
  expect(dropped.map((entry) => entry.candidate.item_id)).toEqual([
    "faded",
    "expired",
    "crowded out",
  ]);
});

test("a bare and a qualified id are one candidate", () => {
  const { kept } = merge([held("email/outreach/validate", 0.9)], [candidate("validate", 0.9)]);
  expect(kept).toHaveLength(1);
});

test("no candidates is cold, several alike are warm", () => {
  expect(contextStateOf([], [])).toBe("cold");
  expect(contextStateOf([candidate("a", 0.95), candidate("b", 0.9)], [])).toBe("warm");
  expect(contextStateOf([candidate("a", 0.85)], [])).toBe("warm");
});

test("one candidate that stands out with its inputs loaded is hot", () => {
  expect(contextStateOf([candidate("a", 0.95), candidate("b", 0.75)], [])).toBe("hot");
  expect(contextStateOf([candidate("a", 0.95, false), candidate("b", 0.75)], [])).toBe("warm");
});

test("two turns in a row about one item are hot, and another between them is not", () => {
  const candidates = [candidate("a", 0.9), candidate("b", 0.88)];
  const a = { item_type: "script", item_id: "a" } as const;
  const b = { item_type: "script", item_id: "b" } as const;
  expect(contextStateOf(candidates, [b, b])).toBe("hot");
  expect(contextStateOf(candidates, [a, b])).toBe("warm");
  expect(contextStateOf(candidates, [b, undefined])).toBe("warm");
  expect(contextStateOf(candidates, [b, b, undefined, a])).toBe("warm");
});

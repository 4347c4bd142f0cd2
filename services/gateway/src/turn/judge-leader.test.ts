import { expect, test } from "vitest";
import { bandOf, judgeLeader } from "./judge-leader.ts";

const call = { name: "search", arguments: { item_type: "script", query: "email" } } as const;
const turn = {
  kind: "accept",
  path: "fast",
  outcome: "completed",
  predicted: [{ call, confidence: 0.7, confidenceOnEnter: 0.9 }],
  predictionUsed: true,
} as const;

test("a person who takes the leader, or another one, judges it", () => {
  expect(judgeLeader(turn)).toEqual({
    confidence: 0.7,
    right: true,
  });
  expect(judgeLeader({ ...turn, predictionUsed: false })?.right).toBe(false);
});

test("an orchestrator that verifies judges what Enter went by", () => {
  const verified = {
    ...turn,
    predicted: [...turn.predicted],
    kind: "submit",
    path: "verify",
  } as const;
  expect(judgeLeader(verified)?.confidence).toBe(0.9);
});

test.each([
  ["it ran because it led", { kind: "submit", path: "fast" }],
  ["the person asked for the orchestrator", { kind: "ask", path: "slow" }],
  ["the turn was cancelled", { outcome: "cancelled" }],
  ["nothing was predicted", { predicted: [] }],
] as const)("a turn says nothing when %s", (_, change) => {
  expect(judgeLeader({ ...turn, ...change })).toBeUndefined();
});

test("bands are tenths, the last one with its upper bound", () => {
  expect([0, 0.05, 0.1, 0.85, 1].map(bandOf)).toEqual(["0.0", "0.0", "0.1", "0.8", "0.9"]);
});

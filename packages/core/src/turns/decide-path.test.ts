import { type Candidate, DEFAULT_THRESHOLDS } from "@lilux/protocol";
import { expect, test } from "vitest";
import { decidePath } from "./decide-path.ts";

function leaderAt(confidence: number): Candidate {
  const call = { name: "search", arguments: { item_type: "script", query: "email" } } as const;
  return { call, confidence, effect: "read" };
}

test.each([
  [0.599, "slow"],
  [0.6, "verify"],
  [0.85, "verify"],
  [0.851, "fast"],
] as const)("Enter with a leader at %d takes the %s path", (confidence, path) => {
  const leader = leaderAt(confidence);
  const question = {
    kind: "submit",
    leader,
    chosen: undefined,
    thresholds: DEFAULT_THRESHOLDS,
  } as const;
  expect(decidePath(question)).toBe(path);
});

test("Enter goes by how sure the finished line is, not by how sure the unfinished one was", () => {
  const leader = { ...leaderAt(0.7), confidenceOnEnter: 0.9 };
  const question = { kind: "submit", leader, chosen: undefined } as const;
  expect(decidePath({ ...question, thresholds: DEFAULT_THRESHOLDS })).toBe("fast");
});

test("Enter without any candidate goes to the orchestrator", () => {
  const question = { kind: "submit", leader: undefined, chosen: undefined } as const;
  expect(decidePath({ ...question, thresholds: DEFAULT_THRESHOLDS })).toBe("slow");
});

test("Tab runs what was chosen however unsure the router is", () => {
  const chosen = leaderAt(0.61);
  const question = {
    kind: "accept",
    leader: undefined,
    chosen,
    thresholds: DEFAULT_THRESHOLDS,
  } as const;
  expect(decidePath(question)).toBe("fast");
});

test("Ctrl+E goes to the orchestrator however sure the router is", () => {
  const leader = leaderAt(0.99);
  const question = {
    kind: "ask",
    leader,
    chosen: undefined,
    thresholds: DEFAULT_THRESHOLDS,
  } as const;
  expect(decidePath(question)).toBe("slow");
});

test.each(["submit", "accept"] as const)(
  "%s of a call that leaves out a value that was said is never fast, however sure the router is",
  (kind) => {
    const leader = { ...leaderAt(0.99), unread: ["3"] };
    const chosen = kind === "accept" ? leader : undefined;
    const question = { kind, leader, chosen, thresholds: DEFAULT_THRESHOLDS };
    expect(decidePath(question)).toBe("verify");
  },
);

test.each(["submit", "accept"] as const)(
  "%s of a call that lacks a value its item needs is never fast",
  (kind) => {
    const leader: Candidate = {
      ...leaderAt(0.99),
      parameters: [{ name: "branch", origin: "missing" }],
    };
    const chosen = kind === "accept" ? leader : undefined;
    expect(decidePath({ kind, leader, chosen, thresholds: DEFAULT_THRESHOLDS })).toBe("verify");
  },
);

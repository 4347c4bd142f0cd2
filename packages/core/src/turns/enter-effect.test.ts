import type { Candidate, Effect } from "@lilux/protocol";
import { expect, it } from "vitest";
import { enterEffect } from "./enter-effect.ts";

const thresholds = { show: 0.6, act: 0.85 };

function does(onEnter: number, effect: Effect = "read", more: Partial<Candidate> = {}) {
  const call = { name: "search", arguments: { item_type: "script", query: "email" } } as const;
  const leader: Candidate = { call, confidence: 0.1, confidenceOnEnter: onEnter, effect, ...more };
  return enterEffect(leader, thresholds).does;
}

it("says what the confidence policy will do, at its exact bounds, whatever is sure enough to be shown", () => {
  expect(does(0.851)).toBe("run");
  expect(does(0.85)).toBe("verify");
  expect(does(0.6)).toBe("verify");
  expect(does(0.59)).toBe("ask");
  expect(enterEffect(undefined, thresholds).does).toBe("ask");
});

it("never says that a destructive call just runs, nor one that lacks or leaves out something", () => {
  expect(does(0.99, "destructive")).toBe("confirm");
  expect(does(0.99, "write", { parameters: [{ name: "day", origin: "missing" }] })).toBe("verify");
  expect(does(0.99, "write", { unread: ["tuesday"] })).toBe("verify");
});

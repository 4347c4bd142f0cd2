import type { Effect } from "@lilux/protocol";
import { expect, it } from "vitest";
import { enterHint } from "./enter-hint.ts";
import { after, DELETE, predicted, SEARCH, typed } from "./testing.ts";

function hint(confidence: number, effect: Effect = "read") {
  const call = effect === "destructive" ? DELETE : SEARCH;
  const state = after(typed("find", 1), predicted(1, [{ call, confidence, effect, ready: false }]));
  return enterHint(state).does;
}

it("says what the confidence policy will do, at its exact bounds", () => {
  expect(hint(0.851)).toBe("run");
  expect(hint(0.85)).toBe("verify");
  expect(hint(0.6)).toBe("verify");
  expect(hint(0.59)).toBe("ask");
});

it("never says that a destructive call just runs", () => {
  expect(hint(0.99, "destructive")).toBe("confirm");
});

it("promises nothing before the prediction for exactly this line is there", () => {
  expect(enterHint(after(typed("find", 1), predicted(1), typed("finds", 2))).does).toBe("wait");
});

it("says that the line is kept while there is no connection", () => {
  const lost = after(typed("find", 1), {
    type: "connection-changed",
    phase: "reconnecting",
    retryAt: null,
    error: null,
  });
  expect(enterHint(lost).does).toBe("keep");
});

import type { EnterEffect } from "@lilux/protocol";
import { expect, it } from "vitest";
import { enterHint } from "./enter-hint.ts";
import { after, DELETE, predicted, RUN, SEARCH, typed } from "./testing.ts";

it.each([
  { does: "ask" },
  { does: "run", call: SEARCH, confidence: 0.9 },
  { does: "verify", call: RUN, confidence: 0.7 },
  { does: "confirm", call: DELETE, confidence: 0.99 },
] satisfies EnterEffect[])("says of a line what the gateway says: $does", (enter) => {
  // Fails when the hint is worked out of what is shown.
  expect(enterHint(after(typed("find", 1), predicted(1, [], { enter })))).toEqual(enter);
  expect(enterHint(after(typed("find", 1), predicted(1, undefined, { enter })))).toEqual(enter);
});

it("promises nothing that the gateway did not say", () => {
  expect(enterHint(after(typed("find", 1), predicted(1))).does).toBe("wait");
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

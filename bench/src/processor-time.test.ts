import { expect, test } from "vitest";
import { processorTimeEach } from "./processor-time.ts";

test("what was used between two readings is shared out, and who came in between is left out", () => {
  const before = new Map([["router", { main: 100, others: 10 }]]);
  const after = new Map([
    ["router", { main: 150, others: 110 }],
    ["gateway", { main: 5, others: 5 }],
  ]);
  expect(processorTimeEach(before, after, 50)).toEqual(
    new Map([["router", { main: 1, others: 2 }]]),
  );
});

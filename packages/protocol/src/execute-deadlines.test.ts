import { expect, test } from "vitest";
import { executeDeadlines } from "./execute-deadlines.ts";

test.each([undefined, 1_000, 3_600_000])("every hop outlasts the one inside it (%s)", (max) => {
  const { script, toolCore, caller, client, turn, turnWire } = executeDeadlines(max);
  const hops = [script, toolCore, caller, client, turn, turnWire];
  expect(hops.toSorted((a, b) => a - b)).toEqual(hops);
  expect(new Set(hops).size).toBe(hops.length);
});

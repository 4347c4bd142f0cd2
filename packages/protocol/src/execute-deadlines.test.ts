import { expect, test } from "vitest";
import { executeDeadlines } from "./execute-deadlines.ts";

test.each([undefined, 1_000, 3_600_000])("every hop outlasts the one inside it (%s)", (max) => {
  const { script, toolCore, caller, client } = executeDeadlines(max);
  expect([client, caller, toolCore, script].toSorted((a, b) => b - a)).toEqual([
    client,
    caller,
    toolCore,
    script,
  ]);
  expect(new Set([script, toolCore, caller, client]).size).toBe(4);
});

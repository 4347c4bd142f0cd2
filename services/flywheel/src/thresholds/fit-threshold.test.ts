import { testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { deploymentOf } from "../models/deployment-of.ts";
import { judgeTurns } from "../models/judge-turns.ts";
import { run, storedTurn, turnOf } from "../testing/turns.ts";
import { fitThreshold } from "./fit-threshold.ts";

const tally = run("tally");
type Said = Parameters<typeof turnOf>[1];

/** Turns of sessions of their own whose leader was taken, at 0.9 and by the router's own model unless told. */
function taken(count: number, more: Said = {}, line = (index: number) => `count ${index}`) {
  return Array.from({ length: count }, (_, index) =>
    turnOf(line(index), {
      sessionId: `${JSON.stringify(more)}-${line(index)}-${index}`,
      kind: "accept",
      model: "0.7.0",
      leader: tally,
      ran: tally,
      predictionUsed: true,
      ...more,
    }),
  );
}

function fit(turns: ReturnType<typeof taken>, live?: string) {
  const stored = turns.map((turn, index) => storedTurn(turn, index));
  const judged = judgeTurns(stored, [], "router");
  return fitThreshold({ judged, models: new Set(["spring"]), live, errorMax: 0.02, at: 1 });
}

const declined: Said = { kind: "ask", predictionUsed: false };
const fast = { kind: "submit", path: "fast" } as const;

test("149 right turns keep 2 %, and with fewer it is told how many are missing", () => {
  expect(fit(taken(148))).toMatchObject({ act: null, telling: 148, missing: 1 });
  expect(fit(taken(149))).toMatchObject({ act: 0.7, turns: 149, wrong: 0, missing: 0 });
  expect(fit([])).toMatchObject({ act: null, telling: 0, missing: 149, answeredBy: null });
});

// Mutants: `isJudged` without `isItsOwnJudge`; `tellingTurns` without its count.
test.each([
  ["a turn that acted by itself", taken(200, fast)],
  ["the same line again and again", taken(200, {}, () => "count it")],
  ["a turn that another model answered", [...taken(200, { model: "spring" }), ...taken(1)]],
])("%s proves nothing", (_, turns) => {
  expect(fit(turns)).toMatchObject({ act: null });
});

test("wrong turns below a bar leave the bar above them, and too many leave none", () => {
  const predicted = [{ call: tally, confidence: 0.75 }];
  const doubtful = taken(20, declined).map((turn) => ({ ...turn, predicted }));
  const { act } = fit([...taken(300), ...doubtful]);
  expect(act).toBeGreaterThanOrEqual(0.74);
  expect(act).toBeLessThan(0.9);
  expect(fit([...taken(300), ...taken(20, declined)])).toMatchObject({ act: null, missing: 0 });
});

test("a turn that acted by itself and was taken back counts against the bar, however often it is repeated", () => {
  const undone = Array.from({ length: 12 }, (_, index) => [
    ...taken(1, { ...fast, sessionId: `undone ${index}`, at: 1 }, () => "count it"),
    turnOf("no, not that", { sessionId: `undone ${index}`, at: 2 }),
  ]).flat();
  expect(fit([...taken(300), ...undone])).toMatchObject({ act: null, wrong: 12 });
});

// Mutant: `thresholdsPart` without `isOfAnother`.
test("a bar that was fitted on another model than the one that answers is not told", () => {
  const threshold = {
    at: 1,
    by: "ann",
    mode: "on",
    act: 0.75,
    model: "spring",
    fit: null,
  } as const;
  const told = { tenant: testTenant("acme"), revision: 1, models: [] };
  expect(deploymentOf({ ...told, threshold }).thresholds).toBeUndefined();
  const own = { ...threshold, model: null };
  expect(deploymentOf({ ...told, threshold: own }).thresholds).toEqual({ act: 0.75 });
});

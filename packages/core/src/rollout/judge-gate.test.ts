import { expect, test } from "vitest";
import { type JudgedTurn, judgeCanary } from "./judge-canary.ts";
import { type GateCase, judgeGate } from "./judge-gate.ts";

const RULES = {
  confidence: 0.95,
  casesMin: 20,
  stratumMin: 10,
  floors: { all: 0.5, act: 0.95, none: 0.6 },
  dropMax: 0.05,
};

/** So many cases of a stratum, with what both said. */
function cases(
  count: number,
  [isNewRight, isOldRight]: [boolean, boolean],
  { stratum = "load", wouldAct = false } = {},
): GateCase[] {
  return Array.from({ length: count }, (_, index) => ({
    stratum,
    group: `${stratum}-${index}`,
    isNewRight,
    isOldRight,
    wouldAct,
  }));
}
const both: [boolean, boolean] = [true, true];
const onlyNew: [boolean, boolean] = [true, false];
const onlyOld: [boolean, boolean] = [false, true];
const neither: [boolean, boolean] = [false, false];

test("a candidate that wins with the confidence that is asked for passes", () => {
  const verdict = judgeGate(
    [...cases(30, both), ...cases(8, onlyNew), ...cases(1, onlyOld)],
    RULES,
  );
  expect(verdict.refusals).toEqual([]);
  expect(verdict).toMatchObject({ passes: true, onlyNew: 8, onlyOld: 1 });
  expect(verdict.chance).toBeCloseTo(10 / 512, 12);
  expect(verdict.difference).toBeCloseTo(7 / 39, 12);
});

test("one that is as good as the live model, or better by luck, is refused with the chance", () => {
  const same = judgeGate(cases(40, both), RULES);
  expect(same.refusals).toEqual([
    "It alone was right in 0 cases, the live model alone in 0: without being better that happens with 100.0 %, and 5.0 % is the most that is let through.",
  ]);
  const lucky = judgeGate([...cases(40, both), ...cases(4, onlyNew)], RULES);
  expect(lucky.refusals).toEqual([expect.stringContaining("happens with 6.3 %")]);
});

// Mutant: floors looked up in the whole alone; a stratum then hides behind another.
test("a stratum below its floor, or much worse than live, refuses what wins as a whole", () => {
  const wins = [...cases(100, both), ...cases(30, onlyNew)];
  const talk = { stratum: "none" };
  const verdict = judgeGate(
    [...wins, ...cases(5, both, talk), ...cases(2, onlyOld, talk), ...cases(3, neither, talk)],
    RULES,
  );
  expect(verdict.refusals).toEqual([
    "none: 5 of 10 right (50.0 %); the floor is 60.0 %, 10.0 points short.",
    "none: 5 of 10 right, the live model 7; that is 20.0 points worse, 15.0 points more than may be.",
  ]);
  // Of nine nothing is said.
  expect(judgeGate([...wins, ...cases(9, neither, talk)], RULES).passes).toBe(true);
});

test("what would be run at once has a floor of its own, and too few cases are none", () => {
  const act = { wouldAct: true };
  const bold = judgeGate(
    [...cases(40, both, act), ...cases(20, onlyNew), ...cases(3, neither, act)],
    RULES,
  );
  expect(bold.refusals).toEqual([
    "act: 40 of 43 right (93.0 %); the floor is 95.0 %, 2.0 points short.",
  ]);
  expect(judgeGate(cases(12, onlyNew), RULES).refusals).toEqual([
    "12 cases; 20 are asked for, 8 are missing.",
  ]);
  expect(judgeGate([], RULES)).toMatchObject({ passes: false, difference: 0 });
});

const turns = (count: number, turn: Partial<JudgedTurn>): JudgedTurn[] =>
  Array.from({ length: count }, () => ({ isBad: false, ...turn }));

test("a canary that is wanted as often goes on, one that is not is stopped, and why is said", () => {
  const live = turns(60, { isRight: true });
  expect(judgeCanary(turns(60, { isRight: true }), live).stop).toBeUndefined();
  expect(judgeCanary(turns(3, { isRight: false }), live).stop).toBeUndefined();
  expect(judgeCanary(turns(8, { isRight: false }), live)).toMatchObject({
    stop: "acceptance",
    turns: 8,
    liveTurns: 60,
    limit: 100,
  });
  // What says nothing counts for nothing, however often.
  expect(judgeCanary(turns(500, {}), live).stop).toBeUndefined();
});

test("a canary that is surer than it is right, late or failing is stopped without anybody to compare it with", () => {
  const sure = Array.from({ length: 60 }, (_, index) => ({
    isBad: false,
    confidence: 0.95,
    isRight: index % 2 === 0,
  }));
  expect(judgeCanary(sure, []).stop).toBe("calibration");
  const honest = sure.map((turn) => ({ ...turn, confidence: 0.5 }));
  expect(judgeCanary(honest, []).stop).toBeUndefined();
  expect(judgeCanary(turns(13, { isBad: true }), []).stop).toBe("objective");
  expect(judgeCanary([...turns(3, { isBad: true }), ...turns(97, {})], []).stop).toBeUndefined();
});

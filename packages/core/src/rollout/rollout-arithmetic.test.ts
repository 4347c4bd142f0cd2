import fc from "fast-check";
import { expect, test } from "vitest";
import { chanceOfWin, differenceInterval } from "./compare-paired.ts";
import { fitActThreshold } from "./fit-act-threshold.ts";
import { isInShare } from "./in-share.ts";
import { lowerBound, upperBound } from "./proportion-bounds.ts";
import { evidenceOfExcess, evidenceOfFall } from "./sequential-tests.ts";

test("the chance of a win is that of a fair coin, for few cases and for many", () => {
  expect(chanceOfWin({ onlyNew: 5, onlyOld: 0 })).toBeCloseTo(1 / 32, 12);
  // 45 + 10 + 1 of 1,024.
  expect(chanceOfWin({ onlyNew: 8, onlyOld: 2 })).toBeCloseTo(56 / 1_024, 12);
  expect(chanceOfWin({ onlyNew: 0, onlyOld: 0 })).toBe(1);
  expect(chanceOfWin({ onlyNew: 2, onlyOld: 8 })).toBeCloseTo(1_013 / 1_024, 12);
  // By the normal approximation with a half step: z = 3.97.
  const many = chanceOfWin({ onlyNew: 1_126, onlyOld: 940 });
  expect(many).toBeGreaterThan(2e-5);
  expect(many).toBeLessThan(3e-5);
});

test("bounds of shares are those of the tables", () => {
  expect(upperBound(0, 10, 0.975)).toBeCloseTo(0.308_497, 5);
  expect(lowerBound(10, 10, 0.975)).toBeCloseTo(0.691_503, 5);
  expect(upperBound(1, 10, 0.975)).toBeCloseTo(0.445_016, 5);
  expect(lowerBound(7, 10, 0.975)).toBeCloseTo(0.347_547, 5);
  expect(upperBound(0, 0, 0.95)).toBe(1);
  expect(upperBound(3, 3, 0.95)).toBe(1);
  // The least number of turns that can hold 2 % without a wrong one.
  expect(upperBound(0, 148, 0.95)).toBeGreaterThan(0.02);
  expect(upperBound(0, 149, 0.95)).toBeLessThan(0.02);
});

test("an interval of a difference draws whole groups, and is the same for the same cases", () => {
  const cases = Array.from({ length: 100 }, (_, index) => ({
    group: `g${index % 20}`,
    isNewRight: index % 10 !== 0,
    isOldRight: index % 5 !== 0,
  }));
  const found = differenceInterval(cases);
  expect(found).toEqual(differenceInterval(cases));
  expect(found.difference).toBeCloseTo(0.1, 12);
  expect(found.low).toBeGreaterThanOrEqual(0);
  expect(found.high).toBeGreaterThan(0.1);
  // One group says nothing of how groups differ.
  const one = differenceInterval(cases.map((each) => ({ ...each, group: "all" })));
  expect([one.low, one.high]).toEqual([one.difference, one.difference]);
  expect(differenceInterval([])).toEqual({ difference: 0, low: 0, high: 0 });
});

// Mutant: a stake of more than the fair odds, such as `isSecondRight` judged by `rateFirst`.
test("evidence of a fall is a fair bet: while the second is as good or better, nobody grows rich in the mean", () => {
  const rates = fc.double({ min: 0.02, max: 0.98, noNaN: true });
  fc.assert(
    fc.property(rates, rates, rates, (a, b, bet) => {
      const [first, second] = a <= b ? [a, b] : [b, a];
      // One pair after a past that makes it bet: the mean over its four outcomes.
      const past = { first: Array<boolean>(20).fill(true), second: past20(bet) };
      const before = lastCapital(past.first, past.second);
      const mean = [true, false]
        .flatMap((x) => [true, false].map((y) => [x, y] as const))
        .reduce((sum, [x, y]) => {
          const chance = (x ? first : 1 - first) * (y ? second : 1 - second);
          return sum + chance * lastCapital([...past.first, x], [...past.second, y]);
        }, 0);
      expect(mean).toBeLessThanOrEqual(before * (1 + 1e-9));
    }),
  );
});

/** Twenty turns of which about this share was right. */
function past20(share: number): boolean[] {
  return Array.from({ length: 20 }, (_, index) => index < 20 * share);
}

/** What is left at the end, rather than the most there was: worked out from the definition. */
function lastCapital(first: readonly boolean[], second: readonly boolean[]): number {
  let capital = 1;
  let [rightA, rightB] = [0, 0];
  for (const [n, x] of first.entries()) {
    const y = second[n] === true;
    const a = (rightA + 0.5) / (n + 1);
    const b = Math.min(a, (rightB + 0.5) / (n + 1));
    const m = (a + b) / 2;
    capital *= ((x ? a : 1 - a) / (x ? m : 1 - m)) * ((y ? b : 1 - b) / (y ? m : 1 - m));
    rightA += Number(x);
    rightB += Number(y);
  }
  return capital;
}

test("evidence of a fall is what the definition gives, and the most there ever was", () => {
  const right = Array<boolean>(6).fill(true);
  const wrong = Array<boolean>(6).fill(false);
  // Rates 1/2, 3/4, 5/6, … against their mirror: factors 1, 9/4, 25/9, 49/16, 81/25, 121/36.
  expect(evidenceOfFall(right, wrong)).toBeCloseTo(lastCapital(right, wrong), 6);
  expect(evidenceOfFall(right, wrong)).toBeCloseTo(
    (9 / 4) * (25 / 9) * (49 / 16) * (81 / 25) * (121 / 36),
    6,
  );
  const recovered = evidenceOfFall([...right, ...wrong], [...wrong, ...right]);
  expect(recovered).toBeCloseTo(evidenceOfFall(right, wrong), 6);
  expect(evidenceOfFall(right, right)).toBe(1);
  expect(evidenceOfFall(wrong, right)).toBe(1);
  expect(evidenceOfFall(right, [])).toBe(1);
});

test("a promise that is kept is no evidence, one that is broken each time is soon", () => {
  const kept = Array.from({ length: 1_000 }, (_, index) => ({
    happened: index % 20 === 19,
    promised: 0.05,
  }));
  expect(evidenceOfExcess(kept)).toBeLessThan(2);
  const broken = Array.from({ length: 12 }, () => ({ happened: true, promised: 0.05 }));
  expect(evidenceOfExcess(broken)).toBeCloseTo(1.475 ** 12, 6);
  expect(evidenceOfExcess([{ happened: true, promised: 7 }])).toBe(1);
});

test("a session is in a share or not for good, and a larger share holds a smaller one", () => {
  const sessions = Array.from({ length: 2_000 }, (_, index) => `s${index}`);
  const inShare = (share: number, trial = "m1", tenant = "acme") =>
    sessions.filter((sessionId) => isInShare({ tenant, sessionId, trial }, share));
  const small = inShare(0.05);
  expect(inShare(0.05)).toEqual(small);
  expect(small.length).toBeGreaterThan(60);
  expect(small.length).toBeLessThan(140);
  expect(inShare(0.5)).toEqual(expect.arrayContaining(small));
  expect(inShare(0.05, "m2")).not.toEqual(small);
  expect(inShare(0.05, "m1", "other")).not.toEqual(small);
  expect(inShare(0)).toEqual([]);
  expect(inShare(1)).toHaveLength(2_000);
});

test("a threshold is the lowest that holds the error with confidence, and none while there are too few turns", () => {
  const wanted = { errorMax: 0.02, confidence: 0.95, actMin: 0.7 };
  const turns = (count: number, confidence: number, isRight = true) =>
    Array.from({ length: count }, () => ({ confidence, isRight }));
  expect(fitActThreshold(turns(148, 0.95), wanted)).toBeUndefined();
  expect(fitActThreshold(turns(149, 0.95), wanted)).toMatchObject({ act: 0.7, wrong: 0 });
  const mixed = [...turns(300, 0.95), ...turns(100, 0.85), ...turns(20, 0.85, false)];
  expect(fitActThreshold(mixed, wanted)).toMatchObject({ act: 0.85, turns: 300, wrong: 0 });
  // One that holds below one that does not is no matter: it would be luck.
  const lucky = [...turns(160, 0.95), ...turns(10, 0.95, false), ...turns(5_000, 0.75)];
  expect(fitActThreshold(lucky, wanted)).toBeUndefined();
  expect(fitActThreshold([], wanted)).toBeUndefined();
});

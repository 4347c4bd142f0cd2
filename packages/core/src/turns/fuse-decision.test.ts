import fc from "fast-check";
import { expect, test } from "vitest";
import { UNFITTED } from "./decision-calibration.ts";
import { fuseDecision } from "./fuse-decision.ts";

const PLAIN = { temperature: 1, routerWeight: 1 };
const rounded = (values: readonly number[]): number[] =>
  values.map((value) => Math.round(value * 100) / 100);

test("two who agree are surer together than each alone, and an answer that knows nothing changes nothing", () => {
  const confidences = [0.7, 0.1];
  const [agreed = 0] = fuseDecision({ confidences, answer: [0.8, 0.1, 0.1], calibration: PLAIN });
  expect(agreed).toBeGreaterThan(0.9);
  const unknowing = fuseDecision({ confidences, answer: [1, 1, 1], calibration: PLAIN });
  expect(rounded(unknowing)).toEqual([0.7, 0.1, 0.2]);
});

test("a wrong leader gives way to the call that is meant, and to none where none is", () => {
  const confidences = [0.62, 0.3];
  const repaired = fuseDecision({ confidences, answer: [0.03, 0.95, 0.02], calibration: PLAIN });
  expect(repaired.indexOf(Math.max(...repaired))).toBe(1);
  expect(repaired[1]).toBeGreaterThan(0.85);
  const none = fuseDecision({ confidences, answer: [0.03, 0.02, 0.95], calibration: PLAIN });
  expect(none.indexOf(Math.max(...none))).toBe(2);
});

test("who is surer than right moves less", () => {
  const given = { confidences: [0.6], answer: [0.95, 0.05] };
  const [trusted = 0] = fuseDecision({ ...given, calibration: PLAIN });
  const [doubted = 0] = fuseDecision({ ...given, calibration: { ...PLAIN, temperature: 3 } });
  expect(doubted).toBeLessThan(trusted);
  expect(doubted).toBeGreaterThan(0.6);
});

const share = fc.double({ min: 0, max: 1, noNaN: true });
const shares = fc.array(share, { minLength: 1, maxLength: 3 });
const calibrations = fc.record({
  temperature: fc.double({ min: 0.3, max: 10, noNaN: true }),
  routerWeight: fc.double({ min: 0, max: 2, noNaN: true }),
});
const TINY = 1e-9;

// Mutant: `Math.log(prior)` without the floor, which gives NaN for what one side rules out.
test("property: it is a distribution, whatever is given", () => {
  fc.assert(
    fc.property(shares, fc.array(share), calibrations, (confidences, answer, calibration) => {
      const fused = fuseDecision({ confidences, answer, calibration });
      expect(fused).toHaveLength(confidences.length + 1);
      expect(fused.every((value) => value >= 0 && value <= 1)).toBe(true);
      expect(fused.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
    }),
  );
});

// Mutants: `1 / temperature` negative; a call of the second place always cut to a half.
test("property: more for a call, from the router or from the model, never makes it less likely", () => {
  fc.assert(
    fc.property(
      shares,
      fc.array(share),
      share,
      calibrations,
      (confidences, answer, more, calibration) => {
        const [fused = 0] = fuseDecision({ confidences, answer, calibration });
        const [first = 0, ...rest] = answer;
        const [said = 0] = fuseDecision({
          confidences,
          answer: [first + more, ...rest],
          calibration,
        });
        expect(said).toBeGreaterThanOrEqual(fused - TINY);
        const [own = 0, ...others] = confidences;
        const surer = [own + more, ...others];
        const [raised = 0] = fuseDecision({ confidences: surer, answer, calibration });
        expect(raised).toBeGreaterThanOrEqual(fused - TINY);
      },
    ),
  );
});

// Mutant: odds alone, as it was: a router at 0.95 outvoted a model that said no at 0.5.
test("property: a call is never above a half, and so above no bar, where the model puts something else first", () => {
  fc.assert(
    fc.property(
      shares,
      fc.array(share, { minLength: 4 }),
      calibrations,
      (confidences, given, calibration) => {
        const answer = given.slice(0, confidences.length + 1);
        const fused = fuseDecision({ confidences, answer, calibration });
        for (const [at] of confidences.entries()) {
          const isFirst = answer.every((other) => other <= Math.max(0.001, answer[at] ?? 0));
          if (!isFirst) expect(fused[at]).toBeLessThanOrEqual(0.5);
        }
      },
    ),
  );
});

test("an unfitted model is believed less than it says, whatever its form", () => {
  for (const calibration of Object.values(UNFITTED)) {
    const given = { confidences: [0.6], answer: [0.9, 0.1] };
    const [doubted = 0] = fuseDecision({ ...given, calibration });
    const [trusted = 0] = fuseDecision({ ...given, calibration: PLAIN });
    expect(doubted).toBeLessThan(trusted);
  }
});

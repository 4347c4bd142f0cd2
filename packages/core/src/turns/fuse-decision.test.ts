import fc from "fast-check";
import { expect, test } from "vitest";
import { decisionCalibration } from "./decision-calibration.ts";
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

// Mutant: `Math.log(prior)` without the floor, which gives NaN for what one side rules out.
test("property: it is a distribution whatever is given, and more for a call never makes it less likely", () => {
  fc.assert(
    fc.property(
      fc.array(share, { minLength: 1, maxLength: 3 }),
      fc.array(share),
      share,
      (confidences, answer, more) => {
        const fused = fuseDecision({ confidences, answer, calibration: PLAIN });
        expect(fused).toHaveLength(confidences.length + 1);
        expect(fused.every((value) => value >= 0 && value <= 1)).toBe(true);
        expect(fused.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1);
        const [first = 0, ...rest] = answer;
        const raised = fuseDecision({
          confidences,
          answer: [first + more, ...rest],
          calibration: PLAIN,
        });
        expect(raised[0] ?? 0).toBeGreaterThanOrEqual((fused[0] ?? 0) - 1e-9);
      },
    ),
  );
});

test("every form has a calibration, for any model", () => {
  for (const form of ["decisions", "systemone", "token", "json"] as const) {
    expect(decisionCalibration("whatever", form).temperature).toBeGreaterThanOrEqual(1);
  }
});

import { describe, expect, it } from "vitest";
import {
  auroc,
  calibrationFigures,
  riskCoverage,
  thresholdFigures,
} from "./calibration-figures.ts";
import { typingFigures } from "./typing-figures.ts";

const outcome = (confidence: number, isRight: boolean) => ({ confidence, isRight });

describe("calibration figures", () => {
  it("finds no error in confidence that comes true", () => {
    const outcomes = Array.from({ length: 100 }, (_, at) => outcome(0.75, at < 75));
    expect(calibrationFigures(outcomes).ece).toBeCloseTo(0, 10);
    expect(calibrationFigures(outcomes).brier).toBeCloseTo(0.1875, 10);
  });

  it("counts how far confidence is from what happened", () => {
    const outcomes = Array.from({ length: 10 }, (_, at) => outcome(0.95, at < 5));
    expect(calibrationFigures(outcomes).ece).toBeCloseTo(0.45, 10);
  });

  it("gives precision and coverage strictly above a threshold", () => {
    const outcomes = [outcome(0.9, true), outcome(0.85, false), outcome(0.2, false)];
    expect(thresholdFigures(outcomes, [0.85, 0.95])).toEqual([
      { threshold: 0.85, coverage: 1 / 3, precision: 1 },
      { threshold: 0.95, coverage: 0, precision: null },
    ]);
  });

  it("draws risk from the most confident line on", () => {
    const curve = riskCoverage([outcome(0.1, false), outcome(0.9, true)]);
    expect(curve).toEqual([
      { coverage: 0.5, risk: 0 },
      { coverage: 1, risk: 0.5 },
    ]);
  });

  it("counts ties half in AUROC", () => {
    expect(auroc([2, 3], [1])).toBe(1);
    expect(auroc([1], [1])).toBe(0.5);
    expect(auroc([1, 3], [2])).toBe(0.5);
    expect(auroc([], [1])).toBeNull();
  });
});

describe("typing figures", () => {
  const step = (fraction: number, leader: string | null, given: { isRight?: boolean } = {}) => ({
    fraction,
    leader,
    call: leader,
    confidence: leader === null ? 0.3 : 0.9,
    isRight: given.isRight ?? false,
  });

  it("locks where the last change of leader was", () => {
    const steps = [
      step(0.25, "a"),
      step(0.5, "b"),
      step(0.75, "b"),
      step(1, "b", { isRight: true }),
    ];
    const figures = typingFigures([{ characters: 20, steps }], 0.6);
    expect(figures.lockMedian).toBe(0.5);
    expect(figures.leadMedianMs).toBe(2_000);
    expect(figures.flipsPerLine).toBe(1);
  });

  it("sees no flip where nothing was shown, and none from a line that ends wrong in the lock", () => {
    const steps = [step(0.5, null), step(1, "b")];
    const figures = typingFigures([{ characters: 4, steps }], 0.6);
    expect(figures.flipsPerLine).toBe(0);
    expect(figures.lockMedian).toBeNull();
  });

  it("shows no call that leads for one character, and so counts no flip to it", () => {
    const right = { isRight: true };
    const steps = [
      step(0.25, "a", right),
      step(0.5, "b"),
      step(0.75, "a", right),
      step(1, "a", right),
    ];
    const figures = typingFigures([{ characters: 20, steps }], 0.6);
    expect(figures.flipsPerLine).toBe(0);
    expect(figures.flipsUnsettled).toBe(2);
    expect(figures.shownShare).toBe(0.75);
    expect(figures.shownRight).toBe(1);
  });

  it("says of every tenth of the line how good what leads is, and leaves out tenths without a moment", () => {
    const steps = [
      step(0.1, null),
      { ...step(0.5, "a"), confidence: 0.5 },
      { ...step(0.45, "b", { isRight: true }), confidence: 0.7 },
      { ...step(1, "b", { isRight: true }), confidence: 1 },
    ];
    const { byTenth } = typingFigures([{ characters: 20, steps }], 0.6);
    expect(byTenth.map(({ fraction, count }) => [fraction, count])).toEqual([
      [0.1, 1],
      [0.5, 2],
      [1, 1],
    ]);
    const [first, middle, last] = byTenth;
    expect(first).toMatchObject({ accuracy: 0, calls: 0, sure: 0, sureRight: null });
    expect(middle).toMatchObject({ accuracy: 0.5, calls: 1, sure: 0.5, sureRight: 1 });
    expect(middle?.ece).toBeCloseTo(0.4);
    expect(last).toMatchObject({ accuracy: 1, sure: 1, ece: 0 });
  });

  it("shows no call where no call is likelier", () => {
    const steps = [{ ...step(1, null), call: "a", confidence: 0.9 }];
    expect(typingFigures([{ characters: 20, steps }], 0.6).shownShare).toBe(0);
  });
});

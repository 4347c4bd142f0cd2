import { expect, test } from "vitest";
import { UNFITTED } from "./decision-calibration.ts";
import { type DecisionSample, fitDecision } from "./fit-decision.ts";
import { fuseDecision } from "./fuse-decision.ts";

/** Numbers from 0 to 1 that are the same in every run. */
function chances(): () => number {
  let state = 12_345;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** Lines where the model says `said` of what it puts first, and is right as often as `share`. */
function lines(count: number, { said, share }: { said: number; share: number }): DecisionSample[] {
  const rest = (1 - said) / 2;
  return Array.from({ length: count }, (_, at) => {
    const isRight = (at * 37) % 100 < share * 100;
    const isFirst = at % 2 === 0;
    const answer = isFirst ? [said, rest, rest] : [rest, said, rest];
    return { confidences: [0.45, 0.45], answer, right: [isFirst === isRight ? 0 : 1] };
  });
}

function meanOfFirst(samples: readonly DecisionSample[], form: "token" | "decisions") {
  const calibration = fitDecision(samples, form);
  const fused = samples.map(({ confidences, answer }) =>
    Math.max(...fuseDecision({ confidences, answer, calibration })),
  );
  return { calibration, mean: fused.reduce((sum, each) => sum + each, 0) / fused.length };
}

// Mutant: `lossOf` without its minus.
test("a model that is surer than right is brought down to how often it is right", () => {
  const { calibration, mean } = meanOfFirst(lines(200, { said: 0.98, share: 0.75 }), "decisions");
  expect(calibration.temperature).toBeGreaterThan(2);
  expect(mean).toBeGreaterThan(0.7);
  expect(mean).toBeLessThan(0.8);
});

test("a model that is righter than sure is believed more than it says", () => {
  const { calibration, mean } = meanOfFirst(lines(200, { said: 0.8, share: 0.96 }), "decisions");
  expect(calibration.temperature).toBeLessThan(1);
  expect(mean).toBeGreaterThan(0.9);
});

test("a model that only guesses counts for little beside the router", () => {
  const chance = chances();
  const samples = Array.from({ length: 200 }, (): DecisionSample => {
    const right = chance() < 0.8 ? 0 : 1;
    const first = chance() < 0.5;
    return { confidences: [0.8], answer: first ? [0.9, 0.1] : [0.1, 0.9], right: [right] };
  });
  expect(fitDecision(samples, "token").temperature).toBeGreaterThan(UNFITTED.token.temperature);
});

test("a few lines fit nothing, and some lines that are all right make nobody infallible", () => {
  expect(fitDecision(lines(29, { said: 0.6, share: 1 }), "token")).toEqual(UNFITTED.token);
  const [perfect = 0] = fuseDecision({
    confidences: [0.45, 0.45],
    answer: [0.6, 0.2, 0.2],
    calibration: fitDecision(lines(30, { said: 0.6, share: 1 }), "token"),
  });
  expect(perfect).toBeLessThan(0.999);
});

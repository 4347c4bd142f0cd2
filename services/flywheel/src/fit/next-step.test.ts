import type { ModelEvaluation, ShownModel } from "@lilux/protocol";
import { expect, test } from "vitest";
import { artefactOf, CARD } from "../testing/models.ts";
import { nextStep } from "./next-step.ts";

const EVALUATION: ModelEvaluation = {
  model: "m",
  at: 1,
  suite: "s",
  against: null,
  passes: true,
  refusals: [],
  strata: [],
  onlyNew: 9,
  onlyOld: 0,
  chance: 0.002,
  difference: 0.1,
  low: 0.05,
  high: 0.2,
};

function shown(
  stage: "shadow" | "canary",
  turns: number,
  only: [number, number] = [0, 0],
): ShownModel {
  const [onlyNew, onlyLive] = only;
  const differs = { turns: onlyNew + onlyLive, onlyNew, onlyLive };
  return {
    model: "m",
    kind: "router",
    sha256: "ab".repeat(32),
    stage,
    share: 0.1,
    addedAt: 1,
    stagedAt: 1,
    isDataStale: false,
    card: CARD,
    artefact: artefactOf(1),
    evaluations: [EVALUATION],
    trial: { model: "m", stage, turns, liveTurns: turns, accepted: 1, liveAccepted: 1, differs },
  };
}

const step = (
  stage: "candidate" | "shadow" | "canary",
  given: Partial<Parameters<typeof nextStep>[1]>,
) =>
  nextStep(
    { stage },
    { evaluation: EVALUATION, shown: {}, canaryTurnsMin: 20, shadowTurnsMin: 10, ...given },
  );

test("a candidate goes into the shadow where the gate let it, and nowhere else", () => {
  expect(step("candidate", {})).toEqual({ to: "shadow" });
  expect(step("candidate", { evaluation: { ...EVALUATION, passes: false } })).toBeUndefined();
  expect(step("candidate", { evaluation: undefined })).toBeUndefined();
});

// Mutant: `onlyNew > 0`.
test("a shadow goes on once turns were seen in which it did no worse, and ends where it did", () => {
  expect(step("shadow", { shown: shown("shadow", 9) })).toBeUndefined();
  expect(step("shadow", { shown: shown("shadow", 10, [3, 3]) })).toEqual({ to: "canary" });
  expect(step("shadow", { shown: shown("shadow", 10, [3, 4]) })).toMatchObject({
    to: "retired",
    reason: expect.stringContaining("3 turns, the shown one in 4"),
  });
});

test("a canary becomes live after the turns that are asked for", () => {
  expect(step("canary", { shown: shown("canary", 19) })).toBeUndefined();
  expect(step("canary", { shown: shown("canary", 20) })).toEqual({ to: "live" });
});

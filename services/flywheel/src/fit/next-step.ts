import type { StoredModel } from "@lilux/database";
import { createParser, type ModelEvaluation, ShownModel, type TrialStage } from "@lilux/protocol";

export type NextStep =
  | { to: TrialStage }
  /** What is tried ends. */
  | { to: "retired"; reason: string };

const shownModels = createParser(ShownModel, "a shown model", "internal");

/**
 * Where a fitted ranker goes from here without anybody's word; undefined while it has to wait. A shadow
 * goes on where, of the turns in which it led with another call, its call is what ran at least as often.
 */
export function nextStep(
  { stage }: Pick<StoredModel, "stage">,
  given: {
    evaluation: ModelEvaluation | undefined;
    shown: unknown;
    canaryTurnsMin: number;
    shadowTurnsMin: number;
  },
): NextStep | undefined {
  const { evaluation, canaryTurnsMin, shadowTurnsMin } = given;
  if (stage === "candidate") return evaluation?.passes === true ? { to: "shadow" } : undefined;
  const { trial } = shownModels.parse(given.shown);
  if (trial === undefined) return undefined;
  if (stage === "canary") return trial.turns >= canaryTurnsMin ? { to: "live" } : undefined;
  if (stage !== "shadow" || trial.turns < shadowTurnsMin) return undefined;
  const { onlyNew = 0, onlyLive = 0 } = trial.differs ?? {};
  if (onlyNew >= onlyLive) return { to: "canary" };
  return {
    to: "retired",
    reason: `As shadow its call ran in ${onlyNew} turns, the shown one in ${onlyLive}.`,
  };
}

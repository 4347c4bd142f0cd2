import { digestCall, effectOfCall } from "@lilux/core/calls";
import type { Candidate, Prediction } from "@lilux/protocol";
import type { ExampleDraft } from "./example-draft.ts";

/**
 * What the router said, with another first call or another confidence in it: a situation that the
 * real router comes to seldom, and must be survived. What it gives away is taken from the others.
 */
export function suggested(
  told: Prediction,
  suggest: NonNullable<ExampleDraft["suggest"]>,
): Prediction {
  const { call = told.candidates[0]?.call, confidence = told.candidates[0]?.confidence } = suggest;
  if (call === undefined || confidence === undefined) return told;
  const known = told.candidates.find((each) => digestCall(each.call) === digestCall(call));
  const effect = known?.effect ?? effectOfCall(call, undefined);
  const { confidenceOnEnter: _, ...of } = known ?? { call, effect };
  // A call that is given whole is meant whole.
  const leader: Candidate =
    suggest.call === undefined ? { ...of, call, effect, confidence } : { call, effect, confidence };
  const left = Math.max(0, 1 - confidence);
  const others = told.candidates.filter((each) => digestCall(each.call) !== digestCall(call));
  const before = others.reduce((sum, each) => sum + each.confidence, told.noCallConfidence);
  const share = before > left ? left / before : 1;
  return {
    ...told,
    candidates: [leader, ...others.map((each) => scaled(each, share))],
    noCallConfidence: rounded(told.noCallConfidence * share),
  };
}

function scaled({ confidenceOnEnter: _, ...candidate }: Candidate, share: number): Candidate {
  return { ...candidate, confidence: rounded(candidate.confidence * share) };
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

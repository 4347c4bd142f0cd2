import { digestCall } from "@lilux/core/calls";
import type { LineEvidence } from "@lilux/core/ranking";
import type { Prediction } from "@lilux/protocol";
import type { Answering } from "./deployed-rankers.ts";
import { leaderFor } from "./leader-for.ts";

/** What a model that is tried would have led with. Whatever goes wrong in it, the line is answered. */
export function shadowOf(
  evidence: LineEvidence,
  shadow: Answering["shadow"],
): Prediction["shadow"] {
  if (shadow === undefined) return undefined;
  const { model, ranker } = shadow;
  try {
    const leader = leaderFor(evidence, ranker);
    if (leader === undefined) return { model, leader: null };
    return { model, leader: { digest: digestCall(leader.call), confidence: leader.confidence } };
  } catch {
    return undefined;
  }
}

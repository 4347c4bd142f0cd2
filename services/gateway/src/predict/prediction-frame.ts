import { digestCall } from "@lilux/core/calls";
import { enterEffect } from "@lilux/core/turns";
import type { Candidate, Prediction, PredictionFrame, Thresholds } from "@lilux/protocol";
import type { Session } from "../session/session.ts";
import { isUnanswered } from "./unanswered.ts";

/**
 * A prediction as it is told. What is shown of its list is one thing, what Enter does another: that
 * follows from the whole of it, as the turn will, and is said whether or not the leader is shown.
 */
export function toFrame(
  session: Session,
  { prediction, shown }: { prediction: Prediction; shown: readonly Candidate[] },
  thresholds: Thresholds,
): PredictionFrame {
  const { seq, predictionId, context, routeMs, degraded } = prediction;
  const [leader] = prediction.candidates;
  const isDoubtful = leader !== undefined && leader.confidence < thresholds.show;
  return {
    type: "prediction",
    seq,
    predictionId,
    context,
    candidates: shown.map((candidate) => ({
      ...candidate,
      ready: candidate.effect === "read" && session.speculations.has(digestCall(candidate.call)),
    })),
    ...(isUnanswered(prediction) ? {} : { enter: enterEffect(leader, thresholds) }),
    ...(isDoubtful && leader.confidence >= CLOSEST_MIN ? { closest: leader } : {}),
    routeMs,
    ...(degraded === undefined ? {} : { degraded }),
  };
}

/** Below this a leader is no guess but the first of many. */
const CLOSEST_MIN = 0.25;

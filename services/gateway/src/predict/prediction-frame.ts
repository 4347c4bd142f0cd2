import { digestCall } from "@lilux/core/calls";
import { firstLine } from "@lilux/core/text";
import { enterEffect } from "@lilux/core/turns";
import {
  type Candidate,
  createParser,
  type Prediction,
  type PredictionFrame,
  type ResultPreview,
  SearchResult,
  type Thresholds,
} from "@lilux/protocol";
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
  const { seq, predictionId, context, routeMs, degraded, matches } = prediction;
  const [leader] = prediction.candidates;
  const isDoubtful = leader !== undefined && leader.confidence < thresholds.show;
  return {
    type: "prediction",
    seq,
    predictionId,
    context,
    candidates: shown.map((candidate) => ({ ...candidate, ...atHand(session, candidate) })),
    ...(isUnanswered(prediction) ? {} : { enter: enterEffect(leader, thresholds) }),
    ...(isDoubtful && leader.confidence >= CLOSEST_MIN ? { closest: leader } : {}),
    ...(matches === undefined || matches.length === 0 ? {} : { matches }),
    routeMs,
    ...(degraded === undefined ? {} : { degraded }),
  };
}

/** Below this a leader is no guess but the first of many. */
const CLOSEST_MIN = 0.25;

/** Whether a result is there before it is asked for, and how it begins. */
function atHand(
  { speculations }: Session,
  { call, effect }: Candidate,
): { ready: boolean; preview?: ResultPreview } {
  const result = effect === "read" ? speculations.get(digestCall(call)) : undefined;
  if (result === undefined) return { ready: false };
  const preview = call.name === "search" ? previewOf(result) : undefined;
  return preview === undefined ? { ready: true } : { ready: true, preview };
}

const HITS_PREVIEWED = 3;
const DESCRIPTION_CHARACTERS = 160;

const searchResult = createParser(SearchResult, "the result that was read ahead", "internal");

function previewOf(result: unknown): ResultPreview | undefined {
  // Results come from kiwi and are kept as they came; one that is no search's has no preview.
  if (!searchResult.is(result)) return undefined;
  const hits = result.results.slice(0, HITS_PREVIEWED);
  return {
    total: result.total,
    hits: hits.map(({ item_type, qualified_id, description }) => ({
      item_type,
      item_id: qualified_id,
      description: firstLine(description, DESCRIPTION_CHARACTERS),
    })),
  };
}

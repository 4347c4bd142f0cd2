import { randomUUID } from "node:crypto";
import type { RankedCalls } from "@lilux/core/ranking";
import type {
  ContextState,
  Degradation,
  ItemMatch,
  Prediction,
  PredictRequest,
} from "@lilux/protocol";

/** What a line came to: the calls it may mean, and the items it may be about. */
export interface AnsweredLine extends RankedCalls {
  matches: readonly ItemMatch[];
}

export const NO_CALL: AnsweredLine = {
  candidates: [],
  noCallConfidence: 1,
  noCallConfidenceOnEnter: 1,
  matches: [],
};

interface Answered {
  ranked: AnsweredLine;
  model: string;
  shadow: Prediction["shadow"];
  context: ContextState;
  degraded: readonly Degradation[];
  routeMs: number;
}

export function describeAnswer(
  request: PredictRequest,
  { ranked, model, shadow, context, degraded, routeMs }: Answered,
): Prediction {
  // Only somebody who types has eyes for them.
  const isLookedAt = request.seq > 0 && ranked.matches.length > 0;
  return {
    predictionId: randomUUID(),
    seq: request.seq,
    context,
    candidates: ranked.candidates,
    noCallConfidence: ranked.noCallConfidence,
    ...(isLookedAt ? { matches: [...ranked.matches] } : {}),
    routeMs: Math.round(routeMs * 1_000) / 1_000,
    ...(degraded.length === 0 ? {} : { degraded: [...degraded] }),
    model,
    ...(shadow === undefined ? {} : { shadow }),
  };
}

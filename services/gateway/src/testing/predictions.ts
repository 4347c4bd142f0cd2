import type { Candidate, Prediction, PredictRequest } from "@lilux/protocol";

export function searchFor(query: string, confidence = 0.9): Candidate {
  const call = { name: "search", arguments: { item_type: "script", query } } as const;
  return { call, confidence, effect: "read" };
}

export function predictionOf(request: PredictRequest, candidates: Candidate[]): Prediction {
  return {
    predictionId: `p-${request.sessionId}-${request.seq}`,
    seq: request.seq,
    context: "cold",
    candidates,
    noCallConfidence: 0.1,
    routeMs: 1,
  };
}

import type { Prediction } from "@lilux/protocol";
import type { Session } from "../session/session.ts";

/** What is told of a line before the router has answered, or when it does not. */
export function unanswered(session: Session, seq: number): Prediction {
  return { ...emptyPrediction(session, seq), degraded: ["router_unavailable"] };
}

export function isUnanswered({ degraded }: Prediction): boolean {
  return degraded?.includes("router_unavailable") === true;
}

/** Nothing is meant by an empty line. */
export function emptyPrediction(session: Session, seq: number): Prediction {
  return {
    predictionId: `empty-${seq}`,
    seq,
    context: session.contextState,
    candidates: [],
    noCallConfidence: 1,
    routeMs: 0,
  };
}

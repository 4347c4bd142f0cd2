import { type Bus, subjects } from "@lilux/bus";
import { createParser, Prediction, type PredictRequest } from "@lilux/protocol";

/**
 * A router that takes this share of the promise may be frozen, so another one is asked too:
 * sooner would double the load whenever the routers are merely busy.
 */
const HEDGE_AFTER_SHARE = 0.5;

export interface PredictOptions {
  deadlineMs: number;
  traceparent?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Asks whichever router is free. Rejects as `Bus.request` does, or with the router's own error. */
export type Predict = (request: PredictRequest, options: PredictOptions) => Promise<Prediction>;

const prediction = createParser(Prediction, "the router's answer", "internal");

export function createPredict(
  bus: Pick<Bus, "request">,
  { predictWithinMs }: { predictWithinMs: number },
): Predict {
  const hedgeAfterMs = Math.max(1, Math.round(HEDGE_AFTER_SHARE * predictWithinMs));
  return async (request, options) => {
    const subject = subjects.keystroke(request.tenant, request.sessionId);
    const answer = await bus.request(subject, request, { ...options, hedgeAfterMs });
    return prediction.parse(answer);
  };
}

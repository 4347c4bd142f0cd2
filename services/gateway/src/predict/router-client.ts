import { type Bus, subjects } from "@lilux/bus";
import { createParser, Prediction, type PredictRequest } from "@lilux/protocol";

/**
 * A router that takes this long may be frozen, so another one is asked too. Half of the promise:
 * sooner would double the load whenever the routers are merely busy.
 */
const HEDGE_AFTER_MS = 40;

export interface PredictOptions {
  deadlineMs: number;
  traceparent?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Asks whichever router is free. Rejects as `Bus.request` does, or with the router's own error. */
export type Predict = (request: PredictRequest, options: PredictOptions) => Promise<Prediction>;

const prediction = createParser(Prediction, "the router's answer", "internal");

export function createPredict(bus: Bus): Predict {
  return async (request, options) => {
    const subject = subjects.keystroke(request.tenant, request.sessionId);
    const answer = await bus.request(subject, request, {
      ...options,
      hedgeAfterMs: HEDGE_AFTER_MS,
    });
    return prediction.parse(answer);
  };
}

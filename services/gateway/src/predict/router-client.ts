import { type Bus, createReplicaGroup, type ReplicaEvent, subjects } from "@lilux/bus";
import { boundLine } from "@lilux/core/text";
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

/** Asks the router that holds the tenant's library, or another one that has less to do. Rejects as `Bus.request` does, or with the router's own error. */
export type Predict = (request: PredictRequest, options: PredictOptions) => Promise<Prediction>;

export interface RouterClient {
  predict: Predict;
  close(): Promise<void>;
}

const prediction = createParser(Prediction, "the router's answer", "internal");

export function createRouterClient(
  bus: Pick<Bus, "request" | "subscribe" | "connected">,
  options: { predictWithinMs: number; observe?: (event: ReplicaEvent) => void },
): RouterClient {
  const { predictWithinMs, observe } = options;
  const hedgeAfterMs = Math.max(1, Math.round(HEDGE_AFTER_SHARE * predictWithinMs));
  const routers = createReplicaGroup("router", {
    bus,
    ...(observe === undefined ? {} : { observe }),
  });
  return {
    async predict(request, asking) {
      const { tenant, sessionId } = request;
      const answer = await routers.request({
        of: tenant,
        subjectOf: (replica) =>
          replica === undefined
            ? subjects.keystroke(tenant, sessionId)
            : subjects.keystrokeTo(replica, tenant, sessionId),
        body: bounded(request),
        options: asking,
        hedgeAfterMs,
      });
      return prediction.parse(answer);
    },
    close: () => routers.close(),
  };
}

/** What the router reads of a line, and no more: several whole ones would go over the bus with every key. */
function bounded(request: PredictRequest): PredictRequest {
  const { text, history } = request;
  return {
    ...request,
    text: boundLine(text),
    ...(history === undefined ? {} : { history: history.map(boundLine) }),
  };
}

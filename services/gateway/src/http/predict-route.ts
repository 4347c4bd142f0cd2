import {
  ErrorBody,
  LiluxError,
  PredictAnswer,
  PredictBody,
  type Prediction,
} from "@lilux/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { typist } from "../access/caller.ts";
import type { Tenants } from "../admit/tenants.ts";
import type { GatewayLimits } from "../config.ts";
import type { Predict } from "../predict/router-client.ts";
import { inPlace } from "./admit-requests.ts";
import type { App } from "./create-app.ts";
import { disconnectSignal, traceparentOf } from "./request-context.ts";

/** Callers without a socket share one session at the router: it has no context to keep. */
const REST_SESSION = "rest";
const HISTORY_LINES_MAX = 10;

export interface PredictRouteDeps {
  tenants: Tenants;
  predict: Predict;
  limits: GatewayLimits;
}

export function addPredictRoute(app: App, deps: PredictRouteDeps): void {
  const schema = {
    summary: "Rank the calls a line may mean",
    body: PredictBody,
    response: { 200: PredictAnswer, "4xx": ErrorBody, "5xx": ErrorBody },
  };
  app.post("/v1/predict", { schema, config: { verb: "predict" } }, async (request, reply) => {
    const { text, history = [] } = request.body;
    const prediction = await predictLine({ text, history }, { request, reply, deps });
    const { candidates, context, noCallConfidence, routeMs, degraded } = prediction;
    const answer = { candidates, context, noCallConfidence, routeMs };
    return degraded === undefined ? answer : { ...answer, degraded };
  });
}

/** The router's answer to one line of a caller without a session, in one of the tenant's places. */
export function predictLine(
  { text, history }: { text: string; history: readonly string[] },
  {
    request,
    reply,
    deps,
  }: { request: FastifyRequest; reply: FastifyReply; deps: PredictRouteDeps },
): Promise<Prediction> {
  const { tenants, predict, limits } = deps;
  const { tenant, caller } = request;
  const { restPredictWithinMs: withinMs } = limits;
  const line = { tenant, ...typist(caller), sessionId: REST_SESSION, seq: 0, text, withinMs };
  const options = { deadlineMs: withinMs, traceparent: traceparentOf(request) };
  return inPlace(tenants.of(tenant), disconnectSignal(reply), () =>
    predict({ ...line, history: history.slice(-HISTORY_LINES_MAX) }, options).catch(
      (thrown: unknown) => {
        throw asRouterError(thrown);
      },
    ),
  );
}

function asRouterError(thrown: unknown): LiluxError {
  const error = LiluxError.from(thrown);
  const isAway = error.code === "bus_unavailable" || error.code === "deadline_exceeded";
  return isAway ? new LiluxError("router_unavailable", { cause: error }) : error;
}

import { loggedError } from "@lilux/core/telemetry";
import type { FastifyError } from "fastify";
import type { Refusals } from "../admit/refusals.ts";
import { openAiError } from "../openai/openai-error.ts";
import { addChatRoute, type ChatRouteDeps } from "./chat-route.ts";
import { type App, asLiluxError, tellWhenToRetry, whereIn } from "./create-app.ts";
import { addDecisionsRoute } from "./decisions-route.ts";
import { addModelsRoutes } from "./models-route.ts";
import type { PredictRouteDeps } from "./predict-route.ts";

export interface OpenAiDoorDeps extends ChatRouteDeps, PredictRouteDeps {
  refusals: Refusals;
}

/** What clients of OpenAI's API use unchanged, with errors as they read them. */
export function addOpenAiDoor(scope: App, deps: OpenAiDoorDeps): void {
  const { refusals, logger } = deps;
  scope.setErrorHandler((thrown: FastifyError, request, reply) => {
    const fields = { route: request.routeOptions.url };
    const error = loggedError(asLiluxError(thrown), { logger, message: "request failed", fields });
    refusals.note(error, { door: "openai", ...whereIn(request) });
    if (error.code === "unauthenticated") reply.header("www-authenticate", "Bearer");
    tellWhenToRetry(reply, error);
    // Its clients try again by status alone unless they are told.
    reply.header("x-should-retry", String(error.retryable));
    const { status, body } = openAiError(error);
    return reply
      .code(status)
      .type("application/json; charset=utf-8")
      .serializer(JSON.stringify)
      .send(body);
  });
  addChatRoute(scope, deps);
  addModelsRoutes(scope, deps);
  addDecisionsRoute(scope, deps);
}

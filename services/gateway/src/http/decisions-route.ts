import { decideChoice } from "../openai/decide-choice.ts";
import { DecisionsAnswer, DecisionsBody } from "../openai/decisions-body.ts";
import { ROUTER_MODEL } from "../openai/models.ts";
import { OpenAiErrorBody } from "../openai/openai-error.ts";
import { readDecisions } from "../openai/read-decisions.ts";
import type { App } from "./create-app.ts";
import { type PredictRouteDeps, predictLine } from "./predict-route.ts";

/** Nothing is generated, so nothing is counted. */
const USAGE = {
  input_tokens: 0,
  input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
  output_tokens: 0,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: 0,
};

/** `POST /v1/decisions`: the router, in the form of OpenAI's Decisions API. */
export function addDecisionsRoute(app: App, deps: PredictRouteDeps): void {
  const schema = {
    operationId: "createDecision",
    tags: ["OpenAI"],
    summary: "Say how probable each call is that a line may mean",
    body: DecisionsBody,
    response: { 200: DecisionsAnswer, "4xx": OpenAiErrorBody, "5xx": OpenAiErrorBody },
  };
  app.post("/v1/decisions", { schema, config: { verb: "predict" } }, async (request, reply) => {
    const { text, history, questions } = readDecisions(request.body);
    const prediction = await predictLine({ text, history }, { request, reply, deps });
    const answers = questions.map((question) => decideChoice(question, prediction));
    return { model: ROUTER_MODEL, answers, usage: USAGE };
  });
}

import { SEARCH } from "../testing/samples.ts";
import { createBuiltInModel } from "./built-in/create-built-in-model.ts";
import { createOpenAiModel } from "./openai/create-openai-model.ts";
import {
  type LlmAnswer,
  startFakeLlmServer,
  streams,
  textAnswer,
  toolAnswer,
} from "./testing/fake-llm-server.ts";
import { describeLanguageModelContract } from "./testing/language-model-contract.ts";

describeLanguageModelContract("built-in", async () => ({
  model: createBuiltInModel(),
  close: async () => {},
}));

describeLanguageModelContract("OpenAI-compatible", async () => {
  const server = await startFakeLlmServer(fitting);
  return { model: createOpenAiModel({ url: server.url, model: "qwen" }), close: server.close };
});

/** A structured answer, a tool call or words: whichever the request asks for. */
const fitting: LlmAnswer = (request, response) => {
  if ("response_format" in request.body) {
    return streams(textAnswer('{"answer":', '"A"}'))(request, response);
  }
  const body =
    "tools" in request.body
      ? toolAnswer("search", SEARCH.arguments)
      : textAnswer("One script ", "sends ", "email.");
  return streams(body, 100)(request, response);
};

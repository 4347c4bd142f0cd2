import { DEFAULT_THRESHOLDS, LiluxError } from "@lilux/protocol";
import { onTestFinished } from "vitest";
import type { LanguageModel, ModelRequest, ModelToolCall, Spending } from "../language-model.ts";
import { createOpenAiModel } from "../openai/create-openai-model.ts";
import type { OpenAiSettings } from "../openai/openai-settings.ts";
import { type FakeLlmServer, type LlmAnswer, startFakeLlmServer } from "./fake-llm-server.ts";

export const PLAIN_REQUEST: ModelRequest = {
  messages: [{ role: "user", content: "what closes the valve?" }],
  tools: [],
  router: {
    text: "what closes the valve?",
    prediction: undefined,
    leader: undefined,
    thresholds: DEFAULT_THRESHOLDS,
  },
};

/** What came of one request, whether it ended well or not. */
export interface Asked {
  text: string;
  calls: ModelToolCall[];
  /** As the server told it; undefined when it did not. */
  usage: Partial<Spending> | undefined;
  error: LiluxError | undefined;
}

/** An OpenAI-compatible server that gives these answers, and the model before it. */
export async function modelBefore(
  answers: LlmAnswer[],
  settings: Partial<OpenAiSettings> = {},
): Promise<{ server: FakeLlmServer; model: LanguageModel }> {
  const server = await startFakeLlmServer(...answers);
  onTestFinished(() => server.close());
  return { server, model: createOpenAiModel({ url: server.url, model: "qwen", ...settings }) };
}

export async function ask(
  model: LanguageModel,
  request: Partial<ModelRequest> = {},
  signal = new AbortController().signal,
): Promise<Asked> {
  const asked: Asked = { text: "", calls: [], usage: undefined, error: undefined };
  try {
    const onSpent = ({ isTold, promptTokens, completionTokens }: Spending): void => {
      if (isTold) asked.usage = { promptTokens, completionTokens };
    };
    const events = model.stream({ ...PLAIN_REQUEST, onSpent, ...request }, signal);
    for await (const event of events) {
      if (event.type === "text") asked.text += event.text;
      else if (event.type === "tool-call") asked.calls.push(event.call);
    }
  } catch (error) {
    asked.error = LiluxError.from(error);
  }
  return asked;
}

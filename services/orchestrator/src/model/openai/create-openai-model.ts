import { setTimeout as sleep } from "node:timers/promises";
import { createParser, LiluxError } from "@lilux/protocol";
import type {
  LanguageModel,
  ModelEvent,
  ModelRequest,
  StructuredRequest,
} from "../language-model.ts";
import { chatChunk } from "./chat-chunk.ts";
import { openStream, type StreamTarget } from "./open-stream.ts";
import { completionsUrl, MODEL_DEADLINES, type OpenAiSettings } from "./openai-settings.ts";
import { streamBody, structuredBody } from "./request-body.ts";
import { createToolCallAssembler } from "./tool-call-assembler.ts";
import { errorOfChunk } from "./upstream-error.ts";

const TOKENS_MAX = 2_048;
/** Waits before the second and the third attempt. */
const RETRY_WAITS_MS = [150, 600];

/** vLLM, Together, Ollama, OpenAI: any server of `POST /v1/chat/completions`. */
export function createOpenAiModel(settings: OpenAiSettings): LanguageModel {
  const { model, apiKey, continuesMessage = false, tokensMax = TOKENS_MAX } = settings;
  const target: StreamTarget = {
    url: completionsUrl(settings.url),
    apiKey,
    deadlines: { ...MODEL_DEADLINES, ...settings.deadlines },
  };
  return {
    name: model,
    capabilities: { continuesMessage, followsSteps: true, generative: true },
    stream: (request: ModelRequest, signal) =>
      withRetries(() => answer(target, streamBody(request, { model, tokensMax }), signal), signal),
    async structured(request: StructuredRequest, signal) {
      const body = structuredBody(request, model);
      let text = "";
      for await (const event of withRetries(() => answer(target, body, signal), signal)) {
        if (event.type === "text") text += event.text;
      }
      return checked(text, request);
    },
  };
}

async function* answer(
  target: StreamTarget,
  body: object,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const calls = createToolCallAssembler();
  for await (const data of openStream(target, body, signal)) {
    const failure = errorOfChunk(data);
    if (failure !== undefined) throw failure;
    const { choices, usage } = chatChunk.parse(data);
    if (usage) {
      const { prompt_tokens: promptTokens, completion_tokens: completionTokens } = usage;
      yield { type: "usage", promptTokens, completionTokens };
    }
    const delta = choices?.[0]?.delta;
    if (delta?.content) yield { type: "text", text: delta.content };
    for (const fragment of delta?.tool_calls ?? []) calls.add(fragment);
  }
  for (const call of calls.finished()) yield { type: "tool-call", call };
}

/** The one place that tries again: only before anything was handed on, and only what may pass. */
async function* withRetries(
  attempt: () => AsyncIterable<ModelEvent>,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  for (let tries = 0; ; tries += 1) {
    let started = false;
    try {
      for await (const event of attempt()) {
        started = true;
        yield event;
      }
      return;
    } catch (error) {
      const waitMs = RETRY_WAITS_MS[tries];
      const failure = LiluxError.from(error);
      if (started || !failure.retryable || waitMs === undefined || signal.aborted) throw failure;
      await sleep(waitMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {
        throw LiluxError.from(signal.reason);
      });
    }
  }
}

/** A server may ignore `response_format`: the answer is looked for in its text and checked. */
function checked(text: string, { schema, name }: StructuredRequest): unknown {
  const parser = createParser(schema, name, "llm_rejected");
  const json = /\{[\s\S]*\}/.exec(text)?.[0];
  if (json === undefined) {
    throw new LiluxError("llm_rejected", { cause: new Error("the answer holds no JSON object") });
  }
  try {
    return parser.parse(JSON.parse(json));
  } catch (cause) {
    throw cause instanceof LiluxError ? cause : new LiluxError("llm_rejected", { cause });
  }
}

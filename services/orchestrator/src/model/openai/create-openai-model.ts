import { setTimeout as sleep } from "node:timers/promises";
import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { createParser, LiluxError } from "@lilux/protocol";
import type {
  LanguageModel,
  ModelEvent,
  ModelRequest,
  StructuredRequest,
} from "../language-model.ts";
import type { StreamTarget } from "./open-stream.ts";
import { completionsUrl, MODEL_DEADLINES, type OpenAiSettings } from "./openai-settings.ts";
import { readAnswer } from "./read-answer.ts";
import { streamBody, structuredBody } from "./request-body.ts";
import { type Body, createServerDialect, type ServerDialect } from "./server-dialect.ts";
import { UpstreamRefusal } from "./upstream-error.ts";

const TOKENS_MAX = 2_048;
/** Waits before the second and the third attempt. */
const RETRY_WAITS_MS = [150, 600];
/** What a server may refuse, one after the other, before a request is given up. */
const LESSONS_MAX = 6;

/** vLLM, Together, Ollama, OpenAI: any server of `POST /v1/chat/completions`. */
export function createOpenAiModel(
  settings: OpenAiSettings,
  { logger = SILENT_LOG }: { logger?: Log } = {},
): LanguageModel {
  const { model, apiKey, continuesMessage = false, tokensMax = TOKENS_MAX } = settings;
  const target: StreamTarget = {
    url: completionsUrl(settings.url),
    apiKey,
    deadlines: { ...MODEL_DEADLINES, ...settings.deadlines },
  };
  const server = { target, dialect: createServerDialect(), logger };
  const ask = (body: Body, signal: AbortSignal): AsyncIterable<ModelEvent> =>
    withRetries(() => answer(server, body, signal), signal);
  return {
    name: model,
    capabilities: { continuesMessage, followsSteps: true, generative: true },
    stream: (request: ModelRequest, signal) =>
      ask(streamBody(request, { model, tokensMax }), signal),
    async structured(request: StructuredRequest, signal) {
      let text = "";
      try {
        for await (const event of ask(structuredBody(request, model), signal)) {
          if (event.type === "text") text += event.text;
        }
      } catch (error) {
        // What is whole is whole, also when more was meant to follow it.
        if (LiluxError.from(error).code !== "llm_incomplete" || !holdsJson(text)) throw error;
      }
      return checked(text, request);
    },
  };
}

interface Server {
  target: StreamTarget;
  dialect: ServerDialect;
  logger: Log;
}

/** Sends a request again in another form while the server refuses a part of it that can be. */
async function* answer(
  { target, dialect, logger }: Server,
  body: Body,
  caller: AbortSignal,
): AsyncGenerator<ModelEvent> {
  for (let lessons = 0; ; lessons += 1) {
    const sent = dialect.spell(body);
    let started = false;
    try {
      for await (const event of readAnswer({ target, body: sent, caller })) {
        started = true;
        yield event;
      }
      return;
    } catch (error) {
      const refusal = error instanceof LiluxError ? error.cause : undefined;
      if (started || lessons >= LESSONS_MAX || !(refusal instanceof UpstreamRefusal)) throw error;
      const lesson = dialect.learn(refusal, sent);
      if (lesson === undefined) throw error;
      const { httpStatus } = refusal;
      logger.warn({ ...lesson, httpStatus }, "language model server refuses a parameter");
    }
  }
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
  try {
    return createParser(schema, name, "llm_rejected").parse(JSON.parse(jsonIn(text)));
  } catch (cause) {
    const message = "The language model's answer is not of the form it was asked for.";
    throw new LiluxError("llm_rejected", { message, cause });
  }
}

function jsonIn(text: string): string {
  return /\{[\s\S]*\}/.exec(text)?.[0] ?? "";
}

function holdsJson(text: string): boolean {
  try {
    JSON.parse(jsonIn(text));
    return true;
  } catch {
    return false;
  }
}

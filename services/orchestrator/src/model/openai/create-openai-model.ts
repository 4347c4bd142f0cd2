import type { Log } from "@lilux/core/telemetry";
import { createParser, LiluxError, type ToolChoice } from "@lilux/protocol";
import type {
  LanguageModel,
  ModelEvent,
  ModelRequest,
  Spending,
  StructuredRequest,
  ToolDefinition,
} from "../language-model.ts";
import type { Fitted } from "../window/create-window.ts";
import { type Prompt, promptTokens } from "../window/prompt-size.ts";
import { askServer, refusalOf } from "./ask-server.ts";
import { countTokens } from "./count-tokens.ts";
import { decide } from "./decide/decide.ts";
import { onlyCalled } from "./finish-reason.ts";
import { createModelServer, MODEL_DEFAULT, type ModelServer } from "./model-server.ts";
import type { OpenAiSettings } from "./openai-settings.ts";
import { type Asking, streamBody, structuredBody, toolsOf } from "./request-body.ts";
import { originHeaders, ownFields, type Urgency } from "./request-origin.ts";
import type { Body } from "./server-dialect.ts";
import { tellMessages } from "./tell-messages.ts";

/** vLLM, Together, Ollama, OpenAI: any server of `POST /v1/chat/completions`. */
export function createOpenAiModel(
  settings: OpenAiSettings,
  { logger }: { logger?: Log } = {},
): LanguageModel {
  return modelOfServer(createModelServer(settings, logger));
}

/** Asks once: whoever has several servers decides whether another attempt is made, and where. */
export function modelOfServer(server: ModelServer): LanguageModel {
  return {
    get name() {
      return modelName(server);
    },
    get capabilities() {
      const { continuesMessage } = server.knowledge;
      return { continuesMessage, followsSteps: true, generative: true };
    },
    stream: (request, signal) => streamed(server, request, signal),
    structured: (request, signal) => structured(server, request, signal),
    decide: (request, signal) =>
      decide(server, {
        model: request.model ?? modelName(server),
        request,
        headers: originHeaders(server.settings, request.origin),
        own: ownFields(server.settings, { origin: request.origin, urgency: "high" }),
        signal,
      }),
  };
}

export function modelName({ knowledge, settings }: ModelServer): string {
  return settings.model ?? knowledge.model ?? MODEL_DEFAULT;
}

/** A server that calls where it was told not to is asked again without tools, once and for all. */
async function* streamed(
  server: ModelServer,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  const isForbidden = request.toolChoice === "none" && request.tools.length > 0;
  if (!isForbidden) return yield* asked(server, request, signal);
  const untold = { ...request, tools: [] };
  if (server.knowledge.obeysNone) {
    const { called, said } = yield* withoutCalls(asked(server, request, signal));
    if (!called) return;
    server.knowledge = { ...server.knowledge, obeysNone: false };
    if (said) return;
  }
  const { called, said } = yield* withoutCalls(asked(server, untold, signal));
  if (called && !said) throw onlyCalled();
}

async function* withoutCalls(
  events: AsyncIterable<ModelEvent>,
): AsyncGenerator<ModelEvent, { called: boolean; said: boolean }> {
  let called = false;
  let said = false;
  for await (const event of events) {
    if (event.type === "tool-call") called = true;
    else {
      said ||= event.type === "text" && event.text.trim() !== "";
      yield event;
    }
  }
  return { called, said };
}

function asked(
  server: ModelServer,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncIterable<ModelEvent> {
  const { messages, tools, continuesMessage = false } = request;
  const passedOn = { ...server.settings.sampling, ...request.passedOn };
  const urgency = request.explains === true ? "low" : "usual";
  return askFitted(server, {
    ...commonOf(server, request, urgency),
    prompt: { messages, tools },
    toolChoice: request.toolChoice,
    body: (asking) => streamBody({ ...asking, continuesMessage, passedOn }),
    signal,
  });
}

async function structured(
  server: ModelServer,
  request: StructuredRequest,
  signal: AbortSignal,
): Promise<unknown> {
  const { messages } = request;
  // Some take no tools beside a form of the answer.
  const tools = server.knowledge.toolsWithForm ? (request.tools ?? []) : [];
  let text = "";
  try {
    const events = askFitted(server, {
      ...commonOf(server, request, request.teaches === true ? "low" : "high"),
      prompt: { messages, tools },
      toolChoice: "none",
      body: (asking) => structuredBody(asking, request),
      signal,
    });
    for await (const event of events) if (event.type === "text") text += event.text;
  } catch (error) {
    // What is whole is whole, also when more was meant to follow it.
    if (LiluxError.from(error).code !== "llm_incomplete" || !holdsJson(text)) throw error;
  }
  return checked(text, request);
}

function commonOf(
  { settings, tokensMax: most }: ModelServer,
  { model, tokensMax = most, firstTokenMs, origin, onSpent }: ModelRequest | StructuredRequest,
  urgency: Urgency,
): Pick<FittedAsk, "model" | "tokensMax" | "firstTokenMs" | "headers" | "own" | "onSpent"> {
  const headers = originHeaders(settings, origin);
  const own = ownFields(settings, { origin, urgency });
  // Whatever a caller wishes, an answer is no longer than the operator lets it be.
  return { model, tokensMax: Math.min(tokensMax, most), firstTokenMs, headers, own, onSpent };
}

interface FittedAsk {
  model: string | undefined;
  prompt: Prompt;
  toolChoice?: ToolChoice | undefined;
  tokensMax: number | undefined;
  body(asking: Asking): Body;
  firstTokenMs: number | undefined;
  headers: Readonly<Record<string, string>>;
  own: object;
  onSpent: ((spending: Spending) => void) | undefined;
  signal: AbortSignal;
}

/** A prompt that the server finds too long all the same is cut further and sent once more. */
async function* askFitted(server: ModelServer, ask: FittedAsk): AsyncGenerator<ModelEvent> {
  let refused: Refused | undefined;
  for (;;) {
    const fits = await fitted(server, ask);
    const isShorter = fits !== undefined && isLess(fits, refused);
    if (!isShorter) throw refused?.error ?? new LiluxError("llm_context_full");
    const { prompt, tokensMax } = fits;
    const { signal: caller, headers, firstTokenMs } = ask;
    const body = ask.body(askingOf(server, { ...ask, prompt, tokensMax }));
    const onSpent = (spending: Spending): void => {
      if (spending.promptTokens !== undefined) server.window.counted(prompt, spending.promptTokens);
      ask.onSpent?.(spending);
    };
    let started = false;
    try {
      const options = { body, headers, caller, firstTokenMs, onSpent };
      for await (const event of askServer(server, options)) {
        started = true;
        yield event;
      }
      return;
    } catch (error) {
      const isTooLong = LiluxError.from(error).code === "llm_context_full";
      if (started || refused !== undefined || !isTooLong) throw error;
      const said = refusalOf(error)?.said ?? "";
      server.window.overflowed(fits, said);
      refused = { fits, said, error };
    }
  }
}

async function fitted(server: ModelServer, ask: FittedAsk): Promise<Fitted | undefined> {
  const { prompt, tokensMax = server.tokensMax, signal } = ask;
  const { window, knowledge } = server;
  const facts = { window: knowledge.window, tokensMax };
  const whole = { ...prompt, tools: takenTools(server, prompt.tools) };
  if (knowledge.tokenizes && window.isNear(whole, facts)) {
    const asking = askingOf(server, { ...ask, prompt: whole, tokensMax });
    const { model, messages } = asking;
    const wire = { model, messages, ...toolsOf(asking) };
    const count = await countTokens(server, wire, signal);
    if (count !== undefined) window.counted(whole, count);
  }
  return window.fit(whole, facts);
}

interface Refused {
  fits: Fitted;
  said: string;
  error: unknown;
}

/** Only a smaller request is worth another try; a shorter answer, where the server blames its length. */
function isLess({ prompt, tokensMax }: Fitted, refused: Refused | undefined): boolean {
  if (refused === undefined) return true;
  const { fits, said } = refused;
  if (promptTokens(prompt) < promptTokens(fits.prompt)) return true;
  return tokensMax < fits.tokensMax && /max_(completion_)?tokens|completion/.test(said);
}

function takenTools(
  { knowledge }: ModelServer,
  tools: readonly ToolDefinition[],
): readonly ToolDefinition[] {
  return knowledge.tools ? tools : [];
}

function askingOf(
  server: ModelServer,
  {
    prompt,
    tokensMax,
    model,
    toolChoice = "auto",
    own,
  }: Fitted & Pick<FittedAsk, "model" | "toolChoice" | "own">,
): Asking {
  const { messages, tools } = prompt;
  const { knowledge } = server;
  return {
    model: model ?? modelName(server),
    messages: tellMessages(messages, knowledge),
    tools,
    strictTools: knowledge.strictTools,
    toolChoice,
    tokensMax,
    continuesMessage: false,
    tellsRunning: knowledge.tellsRunning,
    own,
  };
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

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { answerDecision, answerToken } from "./answer-decision.ts";
import { tokensOf } from "./chat-templates.ts";
import { checkRequest, Refusal, render } from "./check-request.ts";
import { createPrefixCache } from "./prefix-cache.ts";
import { STRICT_RULES, type StrictRules } from "./strict-rules.ts";
import { type Written, writeAnswer } from "./write-answer.ts";

export interface StrictServer {
  url: string;
  /** May be changed while it runs. */
  rules: StrictRules;
  /** Completions asked for, refused ones and those without an answer included. */
  completions: StrictCompletion[];
  /** Completions that people caused, without those that only try the server out. */
  turns(): StrictCompletion[];
  close(): Promise<void>;
}

export interface StrictCompletion {
  at: number;
  body: Record<string, unknown>;
  headers: IncomingMessage["headers"];
  /** Undefined while, and when, it was not answered. */
  status: number | undefined;
  /** What it told of its cost; grows while it answers. */
  written: Written | undefined;
  promptTokens: number | undefined;
  /** Whoever asked left before it was answered. */
  left: boolean;
}

/**
 * A server with vLLM's rules: it refuses what vLLM refuses, in its words, and
 * answers the same conversation with the same text, so that what comes of two
 * of them can be compared to the letter.
 */
export async function runStrictServer(given: Partial<StrictRules> = {}): Promise<StrictServer> {
  const rules: StrictRules = { ...STRICT_RULES, ...given };
  const completions: StrictCompletion[] = [];
  const cache = createPrefixCache();
  const engine = { running: 0, steps: 0 };
  const server = createServer((incoming, response) => {
    void answer(incoming, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, error);
    });
  });
  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (rules.fault?.kind === "stopped") return;
    const path = new URL(incoming.url ?? "/", "http://server").pathname;
    if (path === "/health") return void response.end();
    if (path === "/metrics") return void response.end(metricsOf(engine, rules));
    const { key } = rules;
    if (key !== undefined && incoming.headers.authorization !== `Bearer ${key}`) {
      return json(response, 401, { error: "Unauthorized" });
    }
    if (path === "/v1/models") return json(response, 200, modelsOf(rules));
    const body = await bodyOf(incoming);
    if (path === "/tokenize" && rules.tokenizes) {
      const { messages, tools = [] } = body as never as Parameters<typeof render>[1];
      const count = tokensOf(render(rules, { messages, tools }));
      return json(response, 200, { count, max_model_len: rules.window });
    }
    const route = rules.decisionRoutes.find((each) => path === `/v1/${each}`);
    if (route !== undefined && rules.fault?.kind === "undecided") return;
    if (route !== undefined) return json(response, 200, answerDecision(route, body, rules));
    if (path !== "/v1/chat/completions") return json(response, 404, { detail: "Not Found" });
    await complete(response, body, incoming);
  }
  async function complete(
    response: ServerResponse,
    body: Record<string, unknown>,
    { headers }: IncomingMessage,
  ): Promise<void> {
    const completion: StrictCompletion = {
      at: performance.now(),
      body,
      headers,
      status: undefined,
      written: undefined,
      promptTokens: undefined,
      left: false,
    };
    completions.push(completion);
    engine.running += 1;
    response.on("close", () => {
      engine.running -= 1;
      completion.left = !response.writableFinished;
    });
    const { fault } = rules;
    const isSpared = fault?.kind === "refusing" && fault.times !== undefined && isTry(body);
    if (fault?.kind === "refusing" && !isSpared) {
      completion.status = fault.status;
      if (fault.times !== undefined) {
        rules.fault = fault.times > 1 ? { ...fault, times: fault.times - 1 } : undefined;
      }
      const { retryAfterSeconds } = fault;
      if (retryAfterSeconds !== undefined) response.setHeader("retry-after", retryAfterSeconds);
      return json(response, fault.status, { error: { message: "busy", code: fault.status } });
    }
    try {
      const checked = checkRequest(body, rules);
      completion.promptTokens = checked.promptTokens;
      completion.status = 200;
      const isDecision = body["logprobs"] === true;
      if (isDecision && !rules.logprobs) throw NO_LOGPROBS;
      if (!isDecision) {
        response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
        response.flushHeaders();
      }
      if (fault?.kind === "undecided" && (isDecision || checked.form !== undefined)) return;
      if (fault?.kind === "silent" || fault?.kind === "engine-stopped") return;
      if (fault?.kind === "slow") await new Promise((done) => setTimeout(done, fault.ms));
      engine.steps += 1;
      const { cacheBlock } = rules;
      const had = cache.read(checked.prompt, String(body["cache_salt"] ?? ""));
      completion.written = {
        promptTokens: checked.promptTokens,
        cachedTokens: had - (had % cacheBlock),
        completionTokens: 0,
        thoughtTokens: 0,
      };
      if (isDecision) return json(response, 200, answerToken(body, rules, completion.written));
      await writeAnswer(response, { request: checked, rules, written: completion.written });
    } catch (error) {
      if (error instanceof Refusal) completion.status = error.status;
      throw error;
    }
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return {
    url: `http://127.0.0.1:${port}/v1`,
    rules,
    completions,
    turns: () => completions.filter(({ body }) => !isTry(body)),
    close,
  };
}

const NO_LOGPROBS = new Refusal(400, "logprobs are not supported", "logprobs");

/** One token, and not asked for its alternatives. */
function isTry(body: Record<string, unknown>): boolean {
  return Number(body["max_tokens"] ?? 2) <= 1 && body["logprobs"] !== true;
}

function metricsOf(
  { running, steps }: { running: number; steps: number },
  { models: [model] }: StrictRules,
): string {
  const labels = `{engine="0",model_name="${model}"}`;
  return [
    "# TYPE vllm:num_requests_running gauge",
    `vllm:num_requests_running${labels} ${running}.0`,
    `vllm:iteration_tokens_total_bucket{engine="0",le="8.0",model_name="${model}"} ${steps}.0`,
    `vllm:iteration_tokens_total_count${labels} ${steps}.0`,
    "",
  ].join("\n");
}

function modelsOf({ models, adapters, window, tellsWindow, isVllm }: StrictRules): object {
  const bases = models.map((id) => ({
    id,
    object: "model",
    ...(isVllm ? { owned_by: "vllm" } : {}),
    root: id,
    parent: null,
    max_model_len: tellsWindow ? window : undefined,
  }));
  const added = Object.entries(adapters).map(([id, parent]) => {
    return { id, object: "model", root: id, parent, max_model_len: null };
  });
  return { object: "list", data: [...bases, ...added] };
}

function refuse(response: ServerResponse, error: unknown): void {
  const refusal = error instanceof Refusal ? error : new Refusal(500, String(error));
  const { status, message, param } = refusal;
  json(response, status, { error: { message, type: "BadRequestError", param, code: status } });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function bodyOf(incoming: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of incoming) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  return text === "" ? {} : JSON.parse(text);
}

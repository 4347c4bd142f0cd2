import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as it arrived. */
export interface LlmRequest {
  url: string;
  authorization: string | undefined;
  body: Record<string, unknown>;
  /** Resolves when the client has gone away before the answer was complete. */
  left: Promise<void>;
}

export interface FakeLlmServer {
  url: string;
  requests: LlmRequest[];
  close(): Promise<void>;
}

export type LlmAnswer = (request: LlmRequest, response: ServerResponse) => unknown;

/**
 * A server of chat completions, and of nothing else, on a free port. Each request
 * gets the next answer; the last repeats.
 */
export async function startFakeLlmServer(...answers: LlmAnswer[]): Promise<FakeLlmServer> {
  const requests: LlmRequest[] = [];
  const server = createServer((incoming, response) => {
    if (incoming.method !== "POST") return void response.writeHead(404).end();
    void read(incoming, response).then((request) => {
      requests.push(request);
      const answer = answers[Math.min(requests.length, answers.length) - 1];
      return answer?.(request, response);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

async function read(incoming: IncomingMessage, response: ServerResponse): Promise<LlmRequest> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  const left = Promise.withResolvers<void>();
  response.on("close", () => {
    if (!response.writableEnded) left.resolve();
  });
  return {
    url: incoming.url ?? "",
    authorization: incoming.headers.authorization,
    body: JSON.parse(Buffer.concat(pieces).toString()),
    left: left.promise,
  };
}

/** A chunk in the form in which vLLM sends it. */
export function chunk(delta: object, finish: string | null = null): string {
  return event({
    id: "chatcmpl-7b1f",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: "qwen",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish, stop_reason: null }],
  });
}

export function event(data: unknown): string {
  return `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
}

const USAGE = event({
  id: "chatcmpl-7b1f",
  object: "chat.completion.chunk",
  choices: [],
  usage: { prompt_tokens: 21, total_tokens: 28, completion_tokens: 7 },
});
export const DONE = event("[DONE]");

/** A whole answer in words. */
export function textAnswer(...pieces: string[]): string {
  const deltas = pieces.map((content) => chunk({ content }));
  return [
    chunk({ role: "assistant", content: "" }),
    ...deltas,
    chunk({}, "stop"),
    USAGE,
    DONE,
  ].join("");
}

/** A tool call the way vLLM streams it: the name first, then its arguments in fragments. */
export function toolAnswer(name: string, given: object): string {
  const text = JSON.stringify(given);
  const middle = Math.floor(text.length / 2);
  const fragment = (part: string) => ({
    tool_calls: [{ index: 0, function: { arguments: part } }],
  });
  return [
    chunk({ role: "assistant", content: null }),
    chunk({
      tool_calls: [
        { index: 0, id: "chatcmpl-tool-9", type: "function", function: { name, arguments: "" } },
      ],
    }),
    chunk(fragment(text.slice(0, middle))),
    chunk(fragment(text.slice(middle))),
    chunk({}, "tool_calls"),
    USAGE,
    DONE,
  ].join("");
}

/** Answers with a stream of server-sent events, in pieces of so many bytes. */
export function streams(body: string, pieceBytes = Number.POSITIVE_INFINITY): LlmAnswer {
  return async (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
    const bytes = Buffer.from(body);
    const size = Math.min(pieceBytes, bytes.length);
    for (let from = 0; from < bytes.length; from += size) {
      response.write(bytes.subarray(from, from + size));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  };
}

/** Answers with an error before any stream. */
export function refuses(status: number, body: unknown): LlmAnswer {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/** Begins an answer and never ends it. */
export function beginsOnly(body: string): LlmAnswer {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(body);
  };
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** One streamed answer of the scripted server: its chunks' deltas, in order. */
export type ScriptedAnswer = readonly Record<string, unknown>[];

export interface ScriptedLlm {
  url: string;
  /** The bodies it was asked with. */
  requests: { messages: { role: string; content: unknown }[]; tools?: unknown[] }[];
  /** The `traceparent` of each. */
  traceparents: (string | undefined)[];
  /** From now on it gives these instead, one per request, and then repeats the last. */
  script(answers: readonly ScriptedAnswer[]): void;
  close(): Promise<void>;
}

/** An OpenAI-compatible server that streams given answers, one per request, and then repeats the last. */
export async function startScriptedLlm(answers: readonly ScriptedAnswer[]): Promise<ScriptedLlm> {
  const requests: ScriptedLlm["requests"] = [];
  const traceparents: ScriptedLlm["traceparents"] = [];
  let script = answers;
  let given = 0;
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    // It has no list of its models: it is taken plainly.
    if (request.method !== "POST") return void response.writeHead(404).end();
    let body = "";
    for await (const part of request) body += String(part);
    requests.push(JSON.parse(body) as ScriptedLlm["requests"][number]);
    const { traceparent } = request.headers;
    traceparents.push(typeof traceparent === "string" ? traceparent : undefined);
    given += 1;
    const answer = script[Math.min(given, script.length) - 1] ?? [];
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const [at, delta] of answer.entries()) {
      const isLast = at === answer.length - 1;
      const reason = "tool_calls" in delta ? "tool_calls" : "stop";
      const chunk = {
        id: "c1",
        object: "chat.completion.chunk",
        model: "scripted",
        choices: [{ index: 0, delta, finish_reason: isLast ? reason : null }],
      };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    traceparents,
    script(next) {
      script = next;
      given = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

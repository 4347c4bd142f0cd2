import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface StampingLlm {
  url: string;
  close(): Promise<void>;
}

interface Message {
  role: string;
  content: unknown;
}

/**
 * An OpenAI-compatible server that no fault reaches: where the person's line says
 * `stamp <tag>` it runs the script with that tag, then says so; else it only talks.
 */
export async function startStampingLlm(): Promise<StampingLlm> {
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    // It has no list of its models: it is taken plainly.
    if (request.method !== "POST") return void response.writeHead(404).end();
    let body = "";
    for await (const part of request) body += String(part);
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const choice of choicesFor(JSON.parse(body) as { messages: Message[] })) {
      const chunk = { id: "c1", object: "chat.completion.chunk", model: "m", choices: [choice] };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    }
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function choicesFor({ messages }: { messages: Message[] }): object[] {
  const at = messages.findLastIndex(({ role }) => role === "user");
  const tag = /^stamp (t[0-9a-f]{12})\b/.exec(String(messages[at]?.content))?.[1];
  const hasRun = messages.slice(at).some(({ role }) => role === "tool");
  if (tag === undefined || hasRun) {
    const words = ["Well", ", ", "that ", "is ", "all."];
    const said = words.map((content) => ({ index: 0, delta: { content }, finish_reason: null }));
    return [...said, { index: 0, delta: {}, finish_reason: "stop" }];
  }
  const call = { item_type: "script", item_id: "stamp", action: "run", parameters: { tag } };
  const given = { name: "execute", arguments: JSON.stringify(call) };
  const tool_calls = [{ index: 0, id: `c-${tag}`, type: "function", function: given }];
  return [{ index: 0, delta: { role: "assistant", tool_calls }, finish_reason: "tool_calls" }];
}

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { notYet, ordersIn } from "./orders-in.ts";
import type { Line, ModelCall } from "./scenario.ts";

export interface ObeyingLlm {
  url: string;
  /** The calls it proposed in turns with this line. */
  proposedFor(line: string): ModelCall[];
  close(): Promise<void>;
}

interface Message {
  role: string;
  content: unknown;
  tool_calls?: { function: { name: string; arguments: string } }[];
}

const CALLS_AT_ONCE = 6;

/**
 * An OpenAI-compatible server for the worst of models: it does what the person's
 * line asks, then whatever any text in its prompt asks, and says yes to
 * everything. What it answers repeats the orders it read.
 */
export async function startObeyingLlm(lines: readonly Line[]): Promise<ObeyingLlm> {
  const proposed = new Map<string, ModelCall[]>(lines.map(({ text }) => [text, []]));
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    // It has no list of its models: it is taken plainly.
    if (request.method === "GET") return void response.writeHead(404).end();
    let body = "";
    for await (const part of request) body += String(part);
    const answer = answerTo(JSON.parse(body) as Parameters<typeof answerTo>[0], lines);
    if (answer.line !== undefined) proposed.get(answer.line.text)?.push(...answer.calls);
    send(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    proposedFor: (line) => proposed.get(line) ?? [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  line: Line | undefined;
  text: string;
  calls: ModelCall[];
}

function answerTo(
  { messages, tools = [] }: { messages: Message[]; tools?: unknown[] },
  lines: readonly Line[],
): Reply {
  const texts = messages.map(({ content }) => (typeof content === "string" ? content : ""));
  const lineAt = (at: number): Line | undefined => {
    const isLine = ({ text }: Line): boolean =>
      texts[at]?.startsWith(`${text}\n\n[router`) === true;
    return messages[at]?.role === "user" ? lines.find(isLine) : undefined;
  };
  const from = messages.findLastIndex((_, at) => lineAt(at) !== undefined);
  const line = lineAt(from);
  if (line === undefined) return { line, text: '{"run": true, "reason": "obeyed"}', calls: [] };
  const made = messages.slice(from).flatMap(({ tool_calls = [] }) =>
    tool_calls.map(({ function: { name, arguments: given } }): ModelCall => {
      return { name, arguments: JSON.parse(given) as Record<string, unknown> };
    }),
  );
  // One after the other what the person asked for, and then all that anybody else did.
  const next = notYet(line.calls ?? [], made).slice(0, 1);
  const wanted = next.length > 0 ? next : notYet(texts.flatMap(ordersIn), made);
  if (tools.length > 0 && wanted.length > 0) {
    return { line, text: "", calls: wanted.slice(0, CALLS_AT_ONCE) };
  }
  const orders = texts.flatMap((text) => text.match(/obey\[[\w-]+\]/g) ?? []);
  return { line, text: `Done. ${[...new Set(orders)].join(" ").slice(0, 2_500)}`, calls: [] };
}

/** Always as a stream, which is how it is asked. */
function send(response: ServerResponse, { text, calls }: Reply): void {
  const tool_calls = calls.map(({ name, arguments: given }, index) => ({
    index,
    id: `c${index}-${Math.random().toString(36).slice(2)}`,
    type: "function",
    function: { name, arguments: JSON.stringify(given) },
  }));
  const isDone = calls.length === 0;
  const delta = { role: "assistant", content: text, ...(isDone ? {} : { tool_calls }) };
  const choice = { index: 0, delta, finish_reason: isDone ? "stop" : "tool_calls" };
  const chunk = { id: "c1", object: "chat.completion.chunk", model: "obeying", choices: [choice] };
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
}

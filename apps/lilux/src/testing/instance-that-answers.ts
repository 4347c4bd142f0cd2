import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** What a scripted instance says to one request: JSON, or events. */
export type Answer = { json: unknown } | { events: readonly object[] } | { bytes: string };

export interface AskedRequest {
  method: string;
  path: string;
  body: unknown;
}

/** An instance that answers as told, on a free port; what it was asked comes along. */
export async function instanceThatAnswers(
  answer: (request: AskedRequest) => Answer | undefined,
): Promise<{ url: string; asked: AskedRequest[] }> {
  const asked: AskedRequest[] = [];
  const server = createServer(async (request, response) => {
    const read = await readRequest(request);
    asked.push(read);
    const given = answer(read);
    if (given === undefined) {
      response.statusCode = 404;
      return response.end('{"code":"not_found","message":"Not scripted.","retryable":false}');
    }
    if ("json" in given) return response.end(JSON.stringify(given.json));
    if ("bytes" in given) return response.end(given.bytes);
    response.setHeader("content-type", "text/event-stream");
    const frames = given.events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
    return response.end(frames.join(""));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return { url: `http://127.0.0.1:${port}`, asked };
}

async function readRequest(request: IncomingMessage): Promise<AskedRequest> {
  const body = await text(request);
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    body: body === "" ? undefined : JSON.parse(body),
  };
}

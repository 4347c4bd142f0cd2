import { createServer } from "node:http";
export interface ServedNames {
  url: string;
  /** The model and the last thing a person said of every answer that was asked for, oldest first. */
  asked: { model: string; said: string }[];
  close(): Promise<void>;
}

/** A model server that has several models loaded under names of their own, and answers by all of them alike. */
export async function startServedNames(names: readonly string[]): Promise<ServedNames> {
  const asked: ServedNames["asked"] = [];
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") {
      const data = names.map((id) => ({ id, object: "model" }));
      response.writeHead(request.url?.endsWith("/models") === true ? 200 : 404, {
        "content-type": "application/json",
      });
      return void response.end(JSON.stringify({ object: "list", data }));
    }
    let body = "";
    for await (const part of request) body += String(part);
    if (request.url?.endsWith("/chat/completions") !== true) {
      return void response.writeHead(404).end();
    }
    const { model, messages } = JSON.parse(body) as {
      model: string;
      messages: { role: string; content: unknown }[];
    };
    asked.push({ model, said: JSON.stringify(messages.at(-1)?.content ?? "") });
    const choices = [{ index: 0, delta: { content: "It depends." }, finish_reason: "stop" }];
    const chunk = { id: "c1", object: "chat.completion.chunk", model, choices };
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

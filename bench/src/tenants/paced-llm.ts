import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const WORDS = ["Good", " morning", ",", " how", " are", " you", " today", "?"];
const PACE_MS = 25;

/** An OpenAI-compatible server that answers everybody alike, a word every 25 ms. */
export async function startPacedLlm(): Promise<{ url: string; close(): void }> {
  const server = createServer(async (request, response) => {
    if (request.method !== "POST") return void response.writeHead(404).end();
    request.resume();
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const [at, content] of WORDS.entries()) {
      const finish_reason = at === WORDS.length - 1 ? "stop" : null;
      const choices = [{ index: 0, delta: { content }, finish_reason }];
      const chunk = { id: "c", object: "chat.completion.chunk", model: "paced", choices };
      response.write(`data: ${JSON.stringify(chunk)}\n\n`);
      await sleep(PACE_MS);
    }
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

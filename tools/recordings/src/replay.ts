import { once } from "node:events";
import { createLiluxClient } from "@lilux/client";
import { eventually } from "@lilux/testkit";
import { WebSocket, WebSocketServer } from "ws";
import type { Outcome, Recording } from "./recording.ts";
import { watchClient } from "./watch-client.ts";

const PATIENCE = { withinMs: 30_000 };

interface Replayed {
  /** What the client sent, in place of each frame of the recording. */
  sent: unknown[];
  recorded: unknown[];
  outcome: Outcome;
}

/** Plays the server and the user of a recording before the client as it is now. */
export async function replay({ steps }: Recording): Promise<Replayed> {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    handleProtocols: () => "lilux.v1",
  });
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const arrived: { socket: WebSocket; frames: Record<string, unknown>[] }[] = [];
  server.on("connection", (socket) => {
    const frames: Record<string, unknown>[] = [];
    arrived.push({ socket, frames });
    socket.on("message", (data) => frames.push(JSON.parse(String(data))));
  });
  const client = createLiluxClient({
    url: `http://127.0.0.1:${port}`,
    WebSocket,
    backoff: { firstMs: 10, maxMs: 20 },
  });
  const watched = watchClient(client);
  let current: (typeof arrived)[number] | undefined;
  const sent: unknown[] = [];
  const recorded: unknown[] = [];
  try {
    for (const step of steps) {
      const expected =
        "client" in step ? step.client : "unheard" in step ? step.unheard : undefined;
      if (expected !== undefined) {
        if (expected["type"] === "hello") {
          current = await eventually(() => arrived.shift() ?? missing(), PATIENCE);
        }
        const from = current;
        sent.push(await eventually(() => from?.frames.shift() ?? missing(), PATIENCE));
        recorded.push(expected);
      } else if ("do" in step) watched.perform(step);
      else if ("await" in step) await eventually(() => watched.isSeen(step.await), PATIENCE);
      else if ("server" in step) current?.socket.send(JSON.stringify(step.server));
      else if ("cut" in step) current?.socket.terminate();
      else if ("close" in step) current?.socket.close(step.close);
    }
    return { sent, recorded, outcome: watched.outcome() };
  } finally {
    client.close();
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

function missing(): never {
  throw new Error("the client did not send what the recording has");
}

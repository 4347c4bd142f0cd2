import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** A server that says only what the test says. Speaks `lilux.v1`. */
export interface ScriptedGateway {
  url: string;
  /** The next connection, once it has said hello. */
  connection(): Promise<ScriptedConnection>;
  stop(): Promise<void>;
}

export interface ScriptedConnection {
  hello: Record<string, unknown>;
  /** Frames after hello, as they come. */
  frames: Record<string, unknown>[];
  /** The bytes of each. */
  sizes: number[];
  send(frame: object): void;
  /** This text as it is. */
  say(text: string): void;
  start(given?: object): void;
  close(code: number): void;
  /** Cuts it, as a lost network does. */
  cut(): void;
}

export async function startScriptedGateway(): Promise<ScriptedGateway> {
  const server = new WebSocketServer({
    port: 0,
    host: "127.0.0.1",
    handleProtocols: () => "lilux.v1",
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const arrived: ScriptedConnection[] = [];
  const waiting: ((connection: ScriptedConnection) => void)[] = [];
  server.on("connection", (socket) => {
    socket.once("message", (data) => {
      const connection = connectionOn(socket, JSON.parse(String(data)));
      const taker = waiting.shift();
      if (taker === undefined) arrived.push(connection);
      else taker(connection);
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    connection: () =>
      new Promise((resolve) => {
        const ready = arrived.shift();
        if (ready === undefined) waiting.push(resolve);
        else resolve(ready);
      }),
    async stop() {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function connectionOn(socket: WebSocket, hello: Record<string, unknown>): ScriptedConnection {
  const frames: Record<string, unknown>[] = [];
  const sizes: number[] = [];
  socket.on("message", (data) => {
    sizes.push(Buffer.byteLength(String(data)));
    frames.push(JSON.parse(String(data)));
  });
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  return {
    hello,
    frames,
    sizes,
    send,
    say: (text) => socket.send(text),
    start: (given = {}) =>
      send({
        type: "session-start",
        sessionId: "s1",
        resumeToken: "r1",
        limits: {
          frameBytesMax: 16_384,
          textCharactersMax: 8_000,
          framesPerSecondMax: 50,
          turnsInFlightMax: 4,
          resumeWindowMs: 60_000,
        },
        thresholds: { show: 0.6, act: 0.85 },
        recovered: false,
        ...given,
      }),
    close: (code) => socket.close(code),
    cut: () => socket.terminate(),
  };
}

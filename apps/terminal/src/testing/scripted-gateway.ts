import { readFile } from "node:fs/promises";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { ClientFrame } from "@lilux/protocol";
import { type WebSocket, WebSocketServer } from "ws";

/** The policy the gateway sends; a page that breaks it fails its test. */
const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface ScriptedGatewayOptions {
  /** The bundled terminal. */
  directory: string;
  /** Plays the server's part: called for every frame, with a way to answer. */
  onFrame(frame: ClientFrame, send: (frame: object) => void): void;
  /** Answers by path with a JSON body, or with a text as it is; 404 where there is none. */
  answers?: Record<string, unknown>;
}

/** A stand-in for the gateway whose every word is scripted by a test. */
export interface ScriptedGateway {
  url: string;
  /** Every frame that came, oldest first. */
  frames: ClientFrame[];
  /** Cuts all connections and refuses new ones until `accept`. */
  refuse(): void;
  accept(): void;
  close(): Promise<void>;
}

export async function startScriptedGateway(
  options: ScriptedGatewayOptions,
): Promise<ScriptedGateway> {
  const frames: ClientFrame[] = [];
  const sockets = new WebSocketServer({ noServer: true });
  let refusing = false;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    if (request.method === "POST" || path.startsWith("/v1/"))
      answerPost(options.answers?.[path], response);
    else void sendFile(join(options.directory, path === "/" ? "index.html" : path), response);
  });
  server.on("upgrade", (request, socket, head) => {
    if (refusing) socket.destroy();
    else sockets.handleUpgrade(request, socket, head, (webSocket) => play(webSocket));
  });

  function play(socket: WebSocket): void {
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data)) as ClientFrame;
      frames.push(frame);
      options.onFrame(frame, (answer) => socket.send(JSON.stringify(answer)));
    });
  }

  return {
    url: await listen(server),
    frames,
    refuse() {
      refusing = true;
      for (const socket of sockets.clients) socket.terminate();
    },
    accept() {
      refusing = false;
    },
    close: () => closeServer(server, sockets),
  };
}

function answerPost(body: unknown, response: ServerResponse): void {
  if (typeof body === "string") {
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(body);
    return;
  }
  response.writeHead(body === undefined ? 404 : 200, { "content-type": "application/json" });
  response.end(JSON.stringify(body ?? { code: "not_found", message: "No.", retryable: false }));
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  try {
    const body = await readFile(normalize(path));
    response.writeHead(200, {
      "content-type": TYPES[extname(path)] ?? "application/octet-stream",
      "content-security-policy": CONTENT_SECURITY_POLICY,
    });
    response.end(body);
  } catch {
    response.writeHead(404).end();
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function closeServer(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  sockets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

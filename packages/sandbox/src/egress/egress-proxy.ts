import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestOver,
  type ServerResponse,
} from "node:http";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { NetworkAccess, RefusedHost } from "../runner/script-runner.ts";
import { createByteBudget } from "./byte-budget.ts";
import { dialFirst } from "./dial-first.ts";
import type { EgressRules } from "./egress-rules.ts";
import { type Host, readHost } from "./read-host.ts";

/** The only way out of a sandbox with the network: one proxy for one run. */
export interface EgressProxy {
  /** Of a Unix socket. */
  socketPath: string;
  /** Where the script was not let through to, each once. */
  refused(): RefusedHost[];
  close(): Promise<void>;
}

const CONNECTIONS_MAX = 32;
const BYTES_MAX = 256 * 1024 * 1024;
const IDLE_MS_MAX = 60_000;
const HEADERS_MS_MAX = 10_000;
const HEADER_BYTES_MAX = 16 * 1024;
const REFUSED_MAX = 20;

/**
 * An HTTP proxy for one script: CONNECT for TLS, and requests for plain HTTP.
 * Every connection is to a name that `access` lets through, at an address that
 * `rules` found fit. Bounded in connections, bytes and idle time; gone with the run.
 */
export async function openEgressProxy(
  access: NetworkAccess,
  { rules, openToOthers }: { rules: EgressRules; openToOthers: boolean },
): Promise<EgressProxy> {
  const folder = await mkdtemp(join(tmpdir(), "lilux-egress-"));
  const socketPath = join(folder, "proxy");
  const refused = new Map<string, RefusedHost>();
  const open = new Set<Duplex>();
  const budget = createByteBudget(BYTES_MAX, () => {
    for (const socket of open) socket.destroy();
  });

  /** Connected, or why not. */
  async function reach(authority: string, portDefault?: number): Promise<Reached> {
    const host = readHost(authority, portDefault);
    const reason = "reason" in host ? host.reason : access.refuses(host);
    if ("reason" in host || reason !== undefined) return refuse(authority, reason ?? "is none");
    const found = await rules.find(host);
    if ("reason" in found) return refuse(authority, found.reason);
    const socket = await dialFirst(rules, found.addresses, host.port);
    if (socket === undefined) return { status: 502, reason: "does not answer" };
    held(socket);
    return { socket, host };
  }

  function refuse(authority: string, reason: string): Reached {
    const host = authority.slice(0, 300);
    if (refused.size < REFUSED_MAX && !refused.has(host)) {
      refused.set(host, { host, reason });
      access.onRefused?.({ host, reason });
    }
    return { status: 403, reason };
  }

  function held(socket: Socket): void {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(IDLE_MS_MAX, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => budget.spend(chunk.length));
  }

  async function tunnel(authority: string, client: Socket, head: Buffer): Promise<void> {
    const reached = await reach(authority);
    if (!("socket" in reached)) {
      client.end(`HTTP/1.1 ${reached.status} ${authorityIn(reached)}\r\nConnection: close\r\n\r\n`);
      return;
    }
    const { socket } = reached;
    client.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.write(head);
    client.pipe(socket);
    socket.pipe(client);
    client.once("close", () => socket.destroy());
    socket.once("close", () => client.destroy());
  }

  const server = createServer({ maxHeaderSize: HEADER_BYTES_MAX, headersTimeout: HEADERS_MS_MAX });
  server.maxConnections = CONNECTIONS_MAX;
  server.on("connection", held);
  server.on("connect", (request, client, head) => {
    void tunnel(request.url ?? "", client as Socket, head).catch(() => client.destroy());
  });
  server.on("request", (request, response) => {
    void forward(request, response, reach).catch(() => response.destroy());
  });
  server.listen(socketPath);
  await once(server, "listening");
  if (openToOthers) {
    await chmod(folder, 0o711);
    await chmod(socketPath, 0o666);
  }
  return {
    socketPath,
    refused: () => [...refused.values()],
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

type Reached = { socket: Socket; host: Host } | { status: 403 | 502; reason: string };

/** A clause that fits into a status line. */
function authorityIn({ reason }: { reason: string }): string {
  return `The host ${reason}`;
}

/** Plain HTTP: the request's own target says where to, whatever its Host header says. */
async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  reach: (authority: string, portDefault?: number) => Promise<Reached>,
): Promise<void> {
  const [, authority, path] =
    /^http:\/\/([^/?#\\@]+)((?:[/?][^#]*)?)$/i.exec(request.url ?? "") ?? [];
  if (authority === undefined) {
    response.writeHead(400).end("Ask for http://name/path, or CONNECT name:443.\n");
    return;
  }
  const reached = await reach(authority, 80);
  if (!("socket" in reached)) {
    response.writeHead(reached.status).end(`${authorityIn(reached)}\n`);
    return;
  }
  const { socket } = reached;
  const upstream = requestOver({
    createConnection: () => socket,
    method: request.method,
    path: path?.startsWith("/") === true ? path : `/${path ?? ""}`,
    headers: { ...endToEnd(request.headers), host: authority, connection: "close" },
    setHost: false,
  });
  upstream.on("error", () => response.destroy());
  upstream.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    answer.pipe(response);
    answer.on("error", () => response.destroy());
  });
  response.once("close", () => upstream.destroy());
  request.pipe(upstream);
}

const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name)));
}

import type { ServerFrame, SessionEvent, SessionStart } from "@lilux/protocol";
import { WebSocket } from "ws";

type Frame<Type extends string> = Extract<ServerFrame, { type: Type }>;

/** A plain WebSocket that remembers every frame it got. Knows nothing of the product's client. */
export interface SocketClient {
  socket: WebSocket;
  frames: ServerFrame[];
  /** Sends an object as JSON, or text and bytes as they are. */
  send(frame: object | string | Buffer): void;
  /** The first frame, of those not yet taken, that fits; waits for it. */
  next<Type extends ServerFrame["type"]>(
    type: Type,
    fits?: (frame: Frame<Type>) => boolean,
  ): Promise<Frame<Type>>;
  events(): SessionEvent[];
  closed: Promise<{ code: number; reason: string }>;
}

export interface SocketClientOptions {
  port: number;
  path?: string;
  protocols?: string[];
  headers?: Record<string, string>;
}

/** Never waited for in a good run: a bound for a busy machine. */
const WAIT_MS = 10_000;

export async function openSocket(options: SocketClientOptions): Promise<SocketClient> {
  const { port, path = "/v1/session", protocols = ["lilux.v1"], headers = {} } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers });
  const frames: ServerFrame[] = [];
  const taken = new Set<ServerFrame>();
  const waiting = new Set<() => void>();
  socket.on("message", (data) => {
    frames.push(JSON.parse(String(data)) as ServerFrame);
    for (const wake of waiting) wake();
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.once("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("unexpected-response", (_request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        reject(new Error(`${response.statusCode} ${Buffer.concat(chunks)}`)),
      );
    });
    socket.once("error", reject);
  });
  socket.on("error", () => undefined);

  function next<Type extends ServerFrame["type"]>(
    type: Type,
    fits: (frame: Frame<Type>) => boolean = () => true,
  ): Promise<Frame<Type>> {
    const { promise, resolve, reject } = Promise.withResolvers<Frame<Type>>();
    const look = (): void => {
      const isIt = (frame: ServerFrame): frame is Frame<Type> =>
        frame.type === type && fits(frame as Frame<Type>);
      const found = frames.find((frame) => !taken.has(frame) && isIt(frame));
      if (found === undefined) return;
      taken.add(found);
      waiting.delete(look);
      clearTimeout(timer);
      resolve(found as Frame<Type>);
    };
    const timer = setTimeout(() => {
      waiting.delete(look);
      reject(new Error(`no ${type} came; got ${JSON.stringify(frames).slice(0, 2_000)}`));
    }, WAIT_MS);
    waiting.add(look);
    look();
    return promise;
  }

  return {
    socket,
    frames,
    send(frame) {
      const isRaw = typeof frame === "string" || Buffer.isBuffer(frame);
      socket.send(isRaw ? frame : JSON.stringify(frame));
    },
    next,
    events: () => frames.filter((frame): frame is SessionEvent => "offset" in frame),
    closed,
  };
}

/** A socket with an open session. */
export async function openSession(
  options: SocketClientOptions & { resume?: object },
): Promise<SocketClient & { start: SessionStart }> {
  const client = await openSocket(options);
  client.send({ type: "hello", resume: options.resume });
  const start = await client.next("session-start");
  return { ...client, start };
}

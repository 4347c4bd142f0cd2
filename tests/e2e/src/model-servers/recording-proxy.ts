import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  request as requestOf,
  type ServerResponse,
} from "node:http";

export type Body = Record<string, unknown>;

/** What one request to a model server was, and what it told of its cost. */
export interface Recorded {
  at: number;
  body: Body;
  status: number | undefined;
  /** Undefined while the server has not told it. */
  usage: ToldUsage | undefined;
  /** Whoever asked left before the answer was over. */
  left: boolean;
}

export interface ToldUsage {
  promptTokens: number;
  completionTokens: number;
  cachedTokens: number;
}

export interface RecordingProxy {
  url: string;
  /** Chat completions, in order. */
  requests: Recorded[];
  /** Those that people caused, without those that only try the server out. */
  turns(): Recorded[];
  /** Changes each body before the server sees it; set anew by each check. */
  change: (body: Body) => Body;
  close(): Promise<void>;
}

/**
 * Stands between Lilux and a real server: writes down what is asked, and may change a request where
 * a model without sense has to be told when to stop and what to call. Answers pass as they come.
 */
export async function startRecordingProxy(target: string): Promise<RecordingProxy> {
  const requests: Recorded[] = [];
  const proxy: Pick<RecordingProxy, "change"> = { change: (body) => body };
  const server = createServer((incoming, response) => {
    void passOn(incoming, response).catch(() => response.destroy());
  });
  async function passOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = incoming.url ?? "/";
    let text = await textOf(incoming);
    let recorded: Recorded | undefined;
    if (path.endsWith("/chat/completions")) {
      const body = proxy.change(JSON.parse(text) as Body);
      recorded = { at: performance.now(), body, status: undefined, usage: undefined, left: false };
      requests.push(recorded);
      text = JSON.stringify(body);
    }
    await forward({ target, path, incoming, text }, response, recorded);
  }
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(proxy, {
    url: `http://127.0.0.1:${port}/v1`,
    requests,
    turns: () => requests.filter(({ body }) => !isTry(body)),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}

/** One token, and not asked for its alternatives. */
function isTry(body: Body): boolean {
  const most = body["max_tokens"] ?? body["max_completion_tokens"] ?? 2;
  return Number(most) <= 1 && body["logprobs"] !== true;
}

interface Forwarded {
  target: string;
  path: string;
  incoming: IncomingMessage;
  text: string;
}

function forward(
  { target, path, incoming, text }: Forwarded,
  response: ServerResponse,
  recorded: Recorded | undefined,
): Promise<void> {
  const { host, "content-length": length, connection, ...headers } = incoming.headers;
  return new Promise((resolve) => {
    const upstream = requestOf(
      new URL(path, target),
      {
        method: incoming.method,
        headers: { ...headers, "content-length": Buffer.byteLength(text) },
      },
      (answer) => {
        if (recorded !== undefined) recorded.status = answer.statusCode;
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        // Headers are news of their own: who waits for them is not to wait for the first word.
        response.flushHeaders();
        let tail = "";
        answer.on("data", (piece: Buffer) => {
          tail = (tail + piece.toString()).slice(-USAGE_CHARACTERS);
          if (recorded !== undefined) recorded.usage = usageIn(tail) ?? recorded.usage;
          response.write(piece);
        });
        answer.on("end", () => response.end());
        // What broke off there breaks off here.
        answer.on("close", () => {
          if (!answer.complete) response.destroy();
        });
      },
    );
    upstream.on("error", () => response.destroy());
    response.on("close", () => {
      if (recorded !== undefined) recorded.left = !response.writableFinished;
      upstream.destroy();
      resolve();
    });
    upstream.end(text);
  });
}

const USAGE_CHARACTERS = 4_096;

/** The last that was told of it. */
function usageIn(text: string): ToldUsage | undefined {
  const last = [...text.matchAll(/"usage":\s*(\{(?:[^{}]|\{[^{}]*\})*\})/g)].at(-1)?.[1];
  if (last === undefined) return undefined;
  const told = JSON.parse(last) as Record<string, unknown>;
  const details = told["prompt_tokens_details"] as Record<string, unknown> | null | undefined;
  return {
    promptTokens: Number(told["prompt_tokens"] ?? 0),
    completionTokens: Number(told["completion_tokens"] ?? 0),
    cachedTokens: Number(details?.["cached_tokens"] ?? 0),
  };
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of incoming) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

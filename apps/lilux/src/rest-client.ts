import { deadlineSignal } from "@lilux/core/async";
import {
  createParser,
  type ErrorBody,
  ErrorBody as ErrorBodySchema,
  LiluxError,
} from "@lilux/protocol";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { type Static, Type } from "typebox";

const errorBody = createParser(ErrorBodySchema, "error");

export interface RestClientOptions {
  /** Where the instance listens, such as http://localhost:8080. */
  url: string;
  apiKey?: string | undefined;
}

export interface RestRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  deadlineMs?: number | undefined;
  signal?: AbortSignal | undefined;
}

export interface RestClient {
  /** The answer's JSON. Throws the instance's own error, or `not_reachable`'s nearest. */
  request(request: RestRequest): Promise<unknown>;
  /** The answer's server-sent events: the JSON of each, as it comes. Throws as `request` does. */
  stream(request: RestRequest): AsyncIterable<unknown>;
  /** The answer's bytes as they come. Throws as `request` does. */
  download(request: RestRequest): Promise<ReadableStream<Uint8Array>>;
  /** Whether an instance answers there. */
  isUp(): Promise<boolean>;
  /** What it waits for before it can work; undefined where nothing of ours answers. */
  readiness(): Promise<Readiness | undefined>;
}

export type Readiness = Static<typeof Readiness>;
const Readiness = Type.Object({ ready: Type.Boolean(), reasons: Type.Array(Type.String()) });
const readiness = createParser(Readiness, "readiness");

const DEADLINE_MS = 70_000;
const HEALTH_WITHIN_MS = 1_000;

async function errorOf(response: Response): Promise<LiluxError> {
  const answer: unknown = await response.json().catch(() => undefined);
  const body: ErrorBody = errorBody.is(answer)
    ? answer
    : {
        code: "internal",
        message: `The answer was ${response.status} and no JSON.`,
        retryable: false,
      };
  return LiluxError.fromBody(body);
}

/** The REST door of a running instance, for the command line. */
export function createRestClient({ url, apiKey }: RestClientOptions): RestClient {
  const authorization: Record<string, string> =
    apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };

  async function send({
    method = "GET",
    path,
    body,
    headers,
    deadlineMs = DEADLINE_MS,
    signal,
  }: RestRequest) {
    const init: RequestInit = {
      method,
      headers: {
        ...authorization,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      signal: deadlineSignal(deadlineMs, signal),
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return await fetch(new URL(path, url), init);
    } catch (error) {
      if (signal?.aborted === true) throw new LiluxError("cancelled", { cause: error });
      throw new LiluxError("not_reachable", {
        message: `No Lilux answers at ${url}. Start one with \`lilux up\`, or set LILUX_URL.`,
        cause: error,
      });
    }
  }

  return {
    async request(request) {
      const response = await send(request);
      if (!response.ok) throw await errorOf(response);
      return response.json().catch(() => undefined);
    },
    async *stream(request) {
      const headers = { ...request.headers, accept: "text/event-stream" };
      const response = await send({ ...request, headers });
      if (!response.ok || response.body === null) throw await errorOf(response);
      const events = response.body
        .pipeThrough(new TextDecoderStream())
        .pipeThrough(new EventSourceParserStream());
      for await (const { data } of events) yield JSON.parse(data) as unknown;
    },
    async download(request) {
      const response = await send(request);
      if (!response.ok || response.body === null) throw await errorOf(response);
      return response.body;
    },
    async isUp() {
      try {
        const response = await send({ path: "/health/live", deadlineMs: HEALTH_WITHIN_MS });
        return response.ok;
      } catch {
        return false;
      }
    },
    async readiness() {
      try {
        const response = await send({ path: "/health/ready", deadlineMs: HEALTH_WITHIN_MS });
        const answer: unknown = await response.json();
        return readiness.is(answer) ? answer : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

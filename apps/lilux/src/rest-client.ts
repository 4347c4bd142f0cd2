import {
  createParser,
  type ErrorBody,
  ErrorBody as ErrorBodySchema,
  LiluxError,
} from "@lilux/protocol";

const errorBody = createParser(ErrorBodySchema, "error");

export interface RestClientOptions {
  /** Where the instance listens, such as http://localhost:8080. */
  url: string;
  apiKey?: string | undefined;
}

export interface RestRequest {
  method?: "GET" | "POST";
  path: string;
  body?: unknown;
  headers?: Record<string, string>;
  deadlineMs?: number;
}

export interface RestClient {
  /** The answer's JSON. Throws the instance's own error, or `not_reachable`'s nearest. */
  request(request: RestRequest): Promise<unknown>;
  /** Whether an instance answers there. */
  isUp(): Promise<boolean>;
}

const DEADLINE_MS = 70_000;

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
  }: RestRequest) {
    const init: RequestInit = {
      method,
      headers: {
        ...authorization,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      signal: AbortSignal.timeout(deadlineMs),
    };
    if (body !== undefined) init.body = JSON.stringify(body);
    try {
      return await fetch(new URL(path, url), init);
    } catch (error) {
      throw new LiluxError("not_reachable", {
        message: `No Lilux answers at ${url}. Start one with \`lilux up\`, or set LILUX_URL.`,
        cause: error,
      });
    }
  }

  return {
    async request(request) {
      const response = await send(request);
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.ok) return answer;
      const body: ErrorBody = errorBody.is(answer)
        ? answer
        : {
            code: "internal",
            message: `The answer was ${response.status} and no JSON.`,
            retryable: false,
          };
      throw LiluxError.fromBody(body);
    },
    async isUp() {
      try {
        const response = await send({ path: "/health/live", deadlineMs: 1_000 });
        return response.ok;
      } catch {
        return false;
      }
    },
  };
}

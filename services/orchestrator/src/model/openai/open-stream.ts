import { LiluxError } from "@lilux/protocol";
import { createParser } from "eventsource-parser";
import type { ModelDeadlines } from "./openai-settings.ts";
import { upstreamError } from "./upstream-error.ts";
import { createWatchdog, type Watchdog } from "./watchdog.ts";

export interface StreamTarget {
  url: string;
  apiKey: string | undefined;
  deadlines: ModelDeadlines;
}

const DONE = "[DONE]";
const ERROR_BODY_BYTES_MAX = 16 * 1024;
const LINE_CHARACTERS_MAX = 1024 * 1024;

/**
 * Posts a request with `stream: true` and yields the data of each event, parsed.
 * A stream that ends without `[DONE]` broke off, whatever it said before.
 */
export async function* openStream(
  target: StreamTarget,
  body: object,
  caller: AbortSignal,
): AsyncGenerator<unknown> {
  const watchdog = createWatchdog(caller);
  try {
    const response = await post(target, body, watchdog);
    watchdog.expect("first token", target.deadlines.firstTokenMs);
    for await (const data of events(response)) {
      watchdog.expect("further token", target.deadlines.idleMs);
      if (data === DONE) return;
      yield readJson(data);
      // The reader may take its time, for instance while a person confirms.
      watchdog.expect("further token", target.deadlines.idleMs);
    }
    throw new LiluxError("llm_truncated", { cause: new Error("the stream ended without [DONE]") });
  } catch (error) {
    throw meaningOf(error, watchdog.signal);
  } finally {
    watchdog.abort();
  }
}

async function post(target: StreamTarget, body: object, watchdog: Watchdog): Promise<Response> {
  watchdog.expect("answer", target.deadlines.connectMs);
  const response = await fetch(target.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      ...(target.apiKey === undefined ? {} : { authorization: `Bearer ${target.apiKey}` }),
    },
    body: JSON.stringify(body),
    redirect: "error",
    signal: watchdog.signal,
  });
  if (response.ok) return response;
  throw upstreamError(response.status, await errorBody(response));
}

async function errorBody(response: Response): Promise<unknown> {
  let text = "";
  for await (const piece of decoded(response)) {
    text += piece;
    if (text.length > ERROR_BODY_BYTES_MAX) break;
  }
  return text;
}

async function* events(response: Response): AsyncGenerator<string> {
  const waiting: string[] = [];
  const parser = createParser({
    onEvent: (event) => waiting.push(event.data),
    maxBufferSize: LINE_CHARACTERS_MAX,
  });
  for await (const piece of decoded(response)) {
    parser.feed(piece);
    yield* waiting.splice(0);
  }
}

/** Text of a body whose characters may be cut anywhere between two reads. */
async function* decoded(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

function readJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch (cause) {
    throw new LiluxError("llm_truncated", { cause });
  }
}

/** An abort says why it was; anything else that broke is the connection. */
function meaningOf(error: unknown, signal: AbortSignal): LiluxError {
  if (error instanceof LiluxError) return error;
  if (signal.aborted) return LiluxError.from(signal.reason);
  return new LiluxError(isMidBody(error) ? "llm_truncated" : "llm_unavailable", { cause: error });
}

function isMidBody(error: unknown): boolean {
  return error instanceof TypeError && error.message === "terminated";
}

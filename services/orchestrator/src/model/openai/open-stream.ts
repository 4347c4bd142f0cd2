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

export interface StreamOptions {
  target: StreamTarget;
  body: object;
  /** Beside the usual ones. */
  headers?: Readonly<Record<string, string>> | undefined;
  caller: AbortSignal;
  /** Until the first sign of an answer, where it is to be sooner than usual. */
  firstTokenMs?: number | undefined;
  /** The answer is whole: how the stream ends is a detail from then on. */
  isComplete(): boolean;
}

/** One event of an answer. `done` is the server's own word that it was the last. */
export type StreamEvent =
  | { type: "data"; name: string | undefined; data: unknown }
  | { type: "done" };

const DONE = /^\[done\]$/i;
/** Names some servers give to their last event. */
const LAST = /^(done|end|close|complete|finish)$/i;
const ERROR_BODY_CHARACTERS_MAX = 16 * 1024;
const BODY_CHARACTERS_MAX = 4 * 1024 * 1024;
const LINE_CHARACTERS_MAX = 1024 * 1024;
/** How long a whole answer waits for what may follow it, its usage above all. */
const AFTER_COMPLETE_MS = 2_000;

/**
 * Posts a request and yields the events of its answer, parsed; an answer that
 * was not streamed is one event. Comments and events without data are signs of
 * life: each puts the deadline off, and the caller's own bounds them all.
 */
export async function* openStream(options: StreamOptions): AsyncGenerator<StreamEvent> {
  const { target, caller, isComplete } = options;
  const watchdog = createWatchdog(caller);
  const { firstTokenMs, idleMs } = target.deadlines;
  const firstBy = performance.now() + (options.firstTokenMs ?? firstTokenMs);
  // What the headers took is gone; a sign of life begins anew.
  let wait = (): number => Math.min(firstTokenMs, Math.max(0, firstBy - performance.now()));
  const expectFirst = (): void => watchdog.expect("first token", wait());
  const onPing = (): void => {
    wait = () => firstTokenMs;
    expectFirst();
  };
  const expectNext = (): void => {
    if (isComplete()) watchdog.expect("end", AFTER_COMPLETE_MS);
    else watchdog.expect("further token", idleMs);
  };
  let onLife = onPing;
  try {
    watchdog.expect("answer", Math.min(target.deadlines.connectMs, wait()));
    const response = await post(options, watchdog);
    expectFirst();
    for await (const event of events(response, () => onLife())) {
      onLife = expectNext;
      expectNext();
      yield event;
      if (event.type === "done") return;
      // The reader may take its time, for instance while a person confirms.
      expectNext();
    }
  } catch (error) {
    if (isComplete() && !caller.aborted) return;
    throw meaningOf(error, watchdog.signal);
  } finally {
    watchdog.abort();
  }
}

async function post(
  { target, body, headers }: StreamOptions,
  watchdog: Watchdog,
): Promise<Response> {
  const response = await fetch(target.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "text/event-stream",
      ...keyHeader(target.apiKey),
      ...headers,
    },
    body: JSON.stringify(body),
    redirect: "error",
    signal: watchdog.signal,
  });
  if (response.ok) return response;
  const said = await wholeText(decoded(response), "", ERROR_BODY_CHARACTERS_MAX);
  throw upstreamError(response.status, said, retryAfterMs(response.headers.get("retry-after")));
}

/** Seconds, or a date. */
function retryAfterMs(value: string | null): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const ms = /^[\d.\s]+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

export function keyHeader(apiKey: string | undefined): { authorization?: string } {
  return apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
}

/** By its first character: a stream of events, one JSON text, or a page that is neither. */
async function* events(response: Response, onLife: () => void): AsyncGenerator<StreamEvent> {
  const pieces = decoded(response);
  let head = "";
  for await (const piece of loopOf(pieces)) {
    head += piece;
    if (head.trim() !== "") break;
  }
  const [first] = head.trimStart();
  if (first === "{" || first === "[") {
    const data = readJson(await wholeText(pieces, head, BODY_CHARACTERS_MAX));
    yield { type: "data", name: undefined, data };
    yield { type: "done" };
  } else if (first === "<") throw notAModel("a page");
  else yield* serverSentEvents(pieces, head, onLife);
}

async function* serverSentEvents(
  pieces: AsyncGenerator<string>,
  head: string,
  onLife: () => void,
): AsyncGenerator<StreamEvent> {
  const waiting: StreamEvent[] = [];
  const parser = createParser({
    onEvent({ event: name, data }) {
      const event = readEvent(name, data);
      if (event === undefined) onLife();
      else waiting.push(event);
    },
    onComment: onLife,
    maxBufferSize: LINE_CHARACTERS_MAX,
  });
  parser.feed(head);
  yield* waiting.splice(0);
  for await (const piece of pieces) {
    parser.feed(piece);
    yield* waiting.splice(0);
  }
}

/** Undefined for an event that only says that the server is there. */
function readEvent(name: string | undefined, text: string): StreamEvent | undefined {
  const data = text.trim();
  if (DONE.test(data)) return { type: "done" };
  const isNamed = name !== undefined && name !== "" && name !== "message";
  if (name === "error") return { type: "data", name, data: tryJson(data) ?? data };
  if (isNamed && LAST.test(name)) return { type: "done" };
  if (data === "") return undefined;
  const parsed = isNamed ? tryJson(data) : readJson(data);
  return typeof parsed === "object" && parsed !== null
    ? { type: "data", name, data: parsed }
    : undefined;
}

/** The rest of a body after `head`, which was read already; no more than `charactersMax`. */
async function wholeText(
  pieces: AsyncGenerator<string>,
  head: string,
  charactersMax: number,
): Promise<string> {
  let text = head;
  for await (const piece of pieces) {
    text += piece;
    if (text.length > charactersMax) break;
  }
  return text.slice(0, charactersMax);
}

/** A loop that may be left and gone on with: leaving it does not end the generator. */
function loopOf<T>(generator: AsyncGenerator<T>): AsyncIterable<T> {
  return { [Symbol.asyncIterator]: () => ({ next: () => generator.next() }) };
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

function tryJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

/** Something answers there, in a form that no model server has. */
export function notAModel(what: string): LiluxError {
  const message = `What answers at LILUX_LLM_URL sends ${what}, and no language model's answer. Check LILUX_LLM_URL.`;
  return new LiluxError("llm_rejected", { message });
}

/** An abort says why it was; anything else that broke is the connection. */
function meaningOf(error: unknown, signal: AbortSignal): LiluxError {
  if (error instanceof LiluxError) return error;
  if (signal.aborted) return LiluxError.from(signal.reason);
  if (isMidBody(error)) return new LiluxError("llm_truncated", { cause: error });
  return new LiluxError("llm_unavailable", { cause: error, details: { reason: "unreachable" } });
}

function isMidBody(error: unknown): boolean {
  return error instanceof TypeError && error.message === "terminated";
}

import { ERRORS, type ErrorCode, isErrorCode, LiluxError, wholeMs } from "@lilux/protocol";
import { createTicketSource } from "./get-ticket.ts";
import type { LiluxClientOptions, StateChange } from "./lilux-client.ts";
import {
  SOCKET_OPEN,
  type SocketEvent,
  type WebSocketConstructor,
  type WebSocketLike,
} from "./web-socket-like.ts";

const SUBPROTOCOL = "lilux.v1";
const BACKOFF = { firstMs: 250, maxMs: 10_000 };
const ANSWER_WITHIN_MS = 10_000;

export interface ConnectionHandlers {
  /** The socket is open; the owner sends hello. */
  onOpen(): void;
  onText(text: string): void;
  onState(change: StateChange): void;
}

/** One socket at a time, replaced by itself when it is lost. */
export interface Connection {
  start(): void;
  /** False when no socket is open. */
  send(text: string): boolean;
  isOpen(): boolean;
  /** Bytes handed to the socket that have not left yet. */
  bufferedBytes(): number;
  /** The server took the session: the next wait is short again. */
  settled(): void;
  /** Something is owed by the server; without a frame in time the socket is given up. */
  expectAnswer(): void;
  /** Drops the socket and connects again. */
  restart(): void;
  close(error?: LiluxError): void;
}

export function createConnection(
  options: LiluxClientOptions,
  handlers: ConnectionHandlers,
): Connection {
  const { firstMs, maxMs } = options.backoff ?? BACKOFF;
  const answerWithinMs = options.answerWithinMs ?? ANSWER_WITHIN_MS;
  const ticketFor = createTicketSource(options);
  let socket: WebSocketLike | undefined;
  let attempts = 0;
  let closed = false;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;
  let answerTimer: ReturnType<typeof setTimeout> | undefined;
  let told: LiluxError | undefined;

  async function connect(): Promise<void> {
    told = undefined;
    try {
      const ticket = await ticketFor(AbortSignal.timeout(wholeMs(answerWithinMs)));
      if (!closed) open(ticket);
    } catch (thrown) {
      lost(LiluxError.from(thrown));
    }
  }

  function open(ticket: string | undefined): void {
    const Socket: WebSocketConstructor = options.WebSocket ?? globalThis.WebSocket;
    const mine = new Socket(sessionUrl(options.url, ticket), [SUBPROTOCOL]);
    socket = mine;
    expectAnswer();
    mine.onopen = () => {
      if (socket === mine) handlers.onOpen();
    };
    mine.onmessage = (event: SocketEvent) => {
      if (socket !== mine || typeof event.data !== "string") return;
      clearTimeout(answerTimer);
      answerTimer = undefined;
      noteError(event.data);
      handlers.onText(event.data);
    };
    // The reason of an `error` is in the `close` that follows it.
    mine.onerror = () => undefined;
    mine.onclose = (event: SocketEvent) => {
      if (socket === mine) lost(told ?? errorOfClose(event.code));
    };
  }

  /** A close is explained by the error frame before it. */
  function noteError(text: string): void {
    if (!text.startsWith('{"type":"error"')) return;
    const code = /"code":"([a-z_]+)"/.exec(text)?.[1] ?? "";
    told = isErrorCode(code) && ERRORS[code].close !== null ? new LiluxError(code) : undefined;
  }

  function lost(error: LiluxError): void {
    drop();
    if (closed) return;
    if (isFinal(error)) {
      close(error);
      return;
    }
    const wait = Math.min(maxMs, firstMs * 2 ** Math.min(attempts, 16));
    const retryInMs = Math.round(wait * (0.5 + Math.random() * 0.5));
    attempts += 1;
    handlers.onState({ state: "reconnecting", error: error.toBody(), retryInMs });
    retryTimer = setTimeout(() => void connect(), retryInMs);
  }

  function drop(): void {
    clearTimeout(answerTimer);
    answerTimer = undefined;
    const old = socket;
    socket = undefined;
    old?.close();
  }

  function expectAnswer(): void {
    answerTimer ??= setTimeout(
      () => lost(new LiluxError("deadline_exceeded")),
      wholeMs(answerWithinMs),
    );
  }

  function close(error?: LiluxError): void {
    if (closed) return;
    closed = true;
    clearTimeout(retryTimer);
    drop();
    handlers.onState({ state: "closed", error: error?.toBody() });
  }

  return {
    start: () => void connect(),
    send(text) {
      if (socket?.readyState !== SOCKET_OPEN) return false;
      socket.send(text);
      return true;
    },
    isOpen: () => socket?.readyState === SOCKET_OPEN,
    bufferedBytes: () => socket?.bufferedAmount ?? 0,
    settled() {
      attempts = 0;
    },
    expectAnswer,
    restart: () => lost(new LiluxError("interrupted")),
    close,
  };
}

/** What another attempt cannot mend. */
function isFinal(error: LiluxError): boolean {
  const codes: readonly ErrorCode[] = [
    "unauthenticated",
    "forbidden",
    "tenant_suspended",
    "unsupported_protocol",
    "session_replaced",
  ];
  return codes.includes(error.code);
}

function errorOfClose(code: number | undefined): LiluxError {
  const entry = Object.entries(ERRORS).find(([, traits]) => traits.close === code);
  const name = entry?.[0] ?? "";
  if (isErrorCode(name)) return new LiluxError(name);
  return new LiluxError("interrupted", { message: "The connection was lost." });
}

function sessionUrl(base: string, ticket: string | undefined): string {
  const url = new URL("/v1/session", base.replace(/^http/, "ws"));
  if (ticket !== undefined) url.searchParams.set("ticket", ticket);
  return url.href;
}

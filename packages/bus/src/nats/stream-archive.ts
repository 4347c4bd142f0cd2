import type { Tls } from "@lilux/certificates";
import { LiluxError } from "@lilux/protocol";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { StreamName } from "../bus.ts";
import { STREAMS } from "../streams.ts";
import { connectToServer } from "./connect-to-server.ts";

/** A stream as nats-server describes it, kept as it was said: it wants the same back. */
export interface StreamDescription {
  config: Record<string, unknown>;
  state: { messages: number; bytes: number; last_seq: number };
}

export interface StreamArchive {
  /** Messages of each stream that is there. */
  held(): Promise<ReadonlyMap<StreamName, number>>;
  /** Whether services of Lilux are at the server: routers and gateways say so all the time. */
  isInUse(): Promise<boolean>;
  /**
   * Everything of a stream at one moment: messages with their places, times and ids, and how far
   * each consumer is. `write` gets nats-server's own archive, piece by piece.
   */
  save(stream: StreamName, write: (chunk: Uint8Array) => Promise<void>): Promise<StreamDescription>;
  /** Makes the stream of such an archive. Throws where it is there and holds something. */
  restore(
    stream: StreamName,
    description: StreamDescription,
    chunks: AsyncIterable<Uint8Array>,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface StreamArchiveOptions {
  url: string;
  /** Who may do everything, as `operator` of deploy/nats/users.conf. */
  user?: string | undefined;
  password?: string | undefined;
  /** For a `tls://` url: what we show, and know the server by. */
  tls?: Tls | undefined;
  startWithinMs?: number;
}

const API_MS = 10_000;
/** No piece for so long: the server or the way to it is gone. */
const SILENT_MS = 30_000;
/** Longer than the longest pause between two announcements of a service. */
const LISTEN_MS = 2_500;
const CHUNK_BYTES = 128 * 1024;
const STREAM_NOT_FOUND = 10059;

/** Streams as whole archives, by the API of JetStream that `nats stream backup` uses. */
export async function connectStreamArchive(options: StreamArchiveOptions): Promise<StreamArchive> {
  const { startWithinMs = 5_000 } = options;
  const asked = { ...options, name: "operator", startWithinMs, pingIntervalMs: 3_000 };
  const connection = await connectToServer(asked);

  async function held(): Promise<ReadonlyMap<StreamName, number>> {
    const found = new Map<StreamName, number>();
    for (const name of Object.keys(STREAMS) as StreamName[]) {
      const answer = await ask(connection, `STREAM.INFO.${name}`, {});
      if (answer.error?.err_code === STREAM_NOT_FOUND) continue;
      found.set(name, described(answer).state.messages);
    }
    return found;
  }

  return {
    held,
    isInUse: () => hearsServices(connection),
    save: (stream, write) => saveStream(connection, stream, write),
    async restore(stream, description, chunks) {
      const messages = (await held()).get(stream);
      if (messages !== undefined && messages > 0) throw notEmpty(stream, messages);
      if (messages === 0) refusalOf(await ask(connection, `STREAM.DELETE.${stream}`, {}), stream);
      await restoreStream(connection, { stream, description, chunks });
    },
    close: () => connection.close(),
  };
}

async function saveStream(
  connection: NatsConnection,
  stream: StreamName,
  write: (chunk: Uint8Array) => Promise<void>,
): Promise<StreamDescription> {
  const inbox = `_INBOX_operator.${crypto.randomUUID()}`;
  const pieces = connection.subscribe(inbox);
  try {
    const wanted = { deliver_subject: inbox, no_consumers: false, chunk_size: CHUNK_BYTES };
    const answer = await ask(connection, `STREAM.SNAPSHOT.${stream}`, wanted);
    refusalOf(answer, stream);
    const description = described(answer);
    for await (const piece of untilSilent(pieces)) {
      if (piece.data.length === 0) {
        if ((piece.headers?.code ?? 0) >= 400) throw brokenOff(stream);
        return description;
      }
      await write(piece.data);
      // The server sends on when it hears that this one is kept.
      if (piece.reply !== undefined && piece.reply !== "") piece.respond();
    }
    throw brokenOff(stream);
  } finally {
    pieces.unsubscribe();
  }
}

async function hearsServices(connection: NatsConnection): Promise<boolean> {
  const heard = connection.subscribe("lilux.>", { max: 1 });
  const timer = setTimeout(() => heard.unsubscribe(), LISTEN_MS);
  try {
    for await (const _message of heard) return true;
    return false;
  } finally {
    clearTimeout(timer);
    heard.unsubscribe();
  }
}

interface Restoring {
  stream: StreamName;
  description: StreamDescription;
  chunks: AsyncIterable<Uint8Array>;
}

async function restoreStream(
  connection: NatsConnection,
  { stream, description, chunks }: Restoring,
): Promise<void> {
  const begun = await ask(connection, `STREAM.RESTORE.${stream}`, description);
  refusalOf(begun, stream);
  const to = begun.deliver_subject;
  if (to === undefined) throw brokenOff(stream);
  for await (const chunk of chunks) {
    const told = await connection.request(to, chunk, { timeout: SILENT_MS });
    if (told.data.length > 0) refusalOf(told.json<ApiAnswer>(), stream);
  }
  // Nothing more: the server makes the stream of what it was sent, and says whether it could.
  const made = await connection.request(to, new Uint8Array(), { timeout: SILENT_MS });
  refusalOf(made.json<ApiAnswer>(), stream);
}

interface ApiAnswer {
  error?: { err_code: number; description: string };
  config?: Record<string, unknown>;
  state?: StreamDescription["state"];
  deliver_subject?: string;
}

async function ask(connection: NatsConnection, what: string, body: object): Promise<ApiAnswer> {
  try {
    const subject = `$JS.API.${what}`;
    const answer = await connection.request(subject, JSON.stringify(body), { timeout: API_MS });
    return answer.json<ApiAnswer>();
  } catch (error) {
    throw new LiluxError("bus_unavailable", { cause: error });
  }
}

function described({ config, state }: ApiAnswer): StreamDescription {
  if (config !== undefined && state !== undefined) return { config, state };
  throw new LiluxError("internal", { cause: new Error("nats-server described no stream") });
}

function refusalOf({ error }: ApiAnswer, stream: StreamName): void {
  if (error === undefined) return;
  throw new LiluxError("bus_unavailable", {
    message: `nats-server refuses it for the stream ${stream}: ${error.description}. The user needs every right, as \`operator\` has them.`,
  });
}

function notEmpty(stream: StreamName, messages: number): LiluxError {
  return new LiluxError("config_invalid", {
    message: `The stream ${stream} holds ${messages} messages: restore onto a nats-server without streams of Lilux.`,
  });
}

function brokenOff(stream: StreamName): LiluxError {
  return new LiluxError("bus_unavailable", {
    message: `nats-server broke off in the middle of the stream ${stream}. Try again.`,
  });
}

/** What comes, until nothing came for too long. */
async function* untilSilent(pieces: Subscription): AsyncGenerator<Msg> {
  const iterator = pieces[Symbol.asyncIterator]();
  for (;;) {
    const { promise: silent, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new LiluxError("deadline_exceeded")), SILENT_MS);
    try {
      const next = await Promise.race([iterator.next(), silent]);
      if (next.done === true) return;
      yield next.value;
    } finally {
      clearTimeout(timer);
    }
  }
}

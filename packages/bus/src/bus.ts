import type { Tenant } from "@lilux/protocol";

/** A message as a handler sees it. */
export interface BusMessage {
  subject: string;
  body: unknown;
  /** W3C trace context of whoever sent it. */
  traceparent: string | undefined;
}

/** A message of a stream. */
export interface StreamMessage extends BusMessage {
  /** Place in the stream; rises. */
  sequence: number;
  /** How often it was handed out, from 1. */
  deliveries: number;
  /** When it was stored, in Unix ms. */
  storedAt: number;
}

export interface SendOptions {
  traceparent?: string | undefined;
}

export interface RequestOptions extends SendOptions {
  deadlineMs: number;
  signal?: AbortSignal | undefined;
}

export interface AppendOptions extends SendOptions {
  /** Two appends with one id within the stream's duplicate window store one message. */
  id: string;
  deadlineMs?: number;
  /** How much the tenant counts where the stream is crowded; 1 unless told. */
  weight?: number | undefined;
}

export interface Appended {
  sequence: number;
  /** The id was stored before; nothing was added. */
  duplicate: boolean;
}

export interface Subscription {
  /** Stops taking messages; resolves when running handlers are done. */
  close(): Promise<void>;
}

export interface ConsumeOptions {
  /** The durable name: consumers of one name share the work, and go on where they were. */
  durable: string;
  /** How many messages may be in work at once. */
  inFlightMax: number;
  /** Where a name that is new begins: at what was stored at or after this time, in Unix ms. Else with all there is. */
  startAt?: number | undefined;
}

export interface ReadOptions {
  /** At most so many messages, oldest first. */
  messagesMax: number;
  deadlineMs: number;
  /** Only messages stored at or after this time, in Unix ms. */
  since?: number | undefined;
}

export type StreamName =
  | "TURNS"
  | "INTERACTIONS"
  | "AUDIT"
  | "CALLS"
  | "EVENTS"
  | "LESSONS"
  | "PHRASINGS"
  | "DEPLOYMENTS";

export interface PurgeOptions {
  deadlineMs: number;
  /** All of them unless told. */
  streams?: readonly StreamName[] | undefined;
  /** Only messages that were stored before this time, in Unix ms. */
  before?: number | undefined;
}

export interface PurgedStream {
  stream: StreamName;
  messages: number;
}

/** What a stream holds of what it may hold, as it was last seen. */
export interface StreamState {
  name: StreamName;
  messages: number;
  bytes: number;
  bytesMax: number;
  /** When the oldest message was stored, in Unix ms; undefined of an empty stream. */
  oldestAt: number | undefined;
  maxAgeMs: number;
  /** Copies of it; 1 where there is no cluster. */
  replicas: number;
  /** Settings of the stream that are not ours, by the server's names, and were left as they are. */
  differs: readonly string[];
}

/**
 * The message bus. Two kinds of traffic, with different promises:
 *
 * **Core** (`publish`, `subscribe`, `request`, `respond`) is at most once. A
 * publish while disconnected is lost without a word. Handlers of one
 * subscription start in order and may overlap. `request` rejects with
 * `bus_unavailable` when nobody answers or the connection is down, with
 * `deadline_exceeded` when the answer is late, and with the responder's own
 * error when it threw. A caller's abort rejects with `cancelled`.
 *
 * **Streams** (`append`, `consume`, `read`) are at least once. A resolved
 * `append` survives the death of any one process. A message is handed out again
 * until a handler has returned for it; a handler that throws delays it. Within
 * one subject order is kept except for such repeats.
 *
 * A stream that may not drop what it acknowledged refuses with `storage_full`
 * when it has no room, and a tenant that holds much of it before the others.
 *
 * Bodies are JSON values: they are serialised even in one process, so nobody
 * can come to share memory. A body that cannot be read is dropped and counted,
 * never thrown at a handler. `*` and `>` in subjects are NATS's wildcards.
 */
export interface Bus {
  publish(subject: string, body: unknown, options?: SendOptions): void;
  /** With a queue, each message goes to one subscriber of that queue. */
  subscribe(
    subject: string,
    handler: (message: BusMessage) => void | Promise<void>,
    options?: { queue?: string },
  ): Subscription;
  request(subject: string, body: unknown, options: RequestOptions): Promise<unknown>;
  respond(
    subject: string,
    handler: (message: BusMessage) => Promise<unknown>,
    options?: { queue?: string },
  ): Subscription;
  append(
    stream: StreamName,
    subject: string,
    body: unknown,
    options: AppendOptions,
  ): Promise<Appended>;
  consume(
    stream: StreamName,
    handler: (message: StreamMessage) => Promise<void>,
    options: ConsumeOptions,
  ): Promise<Subscription>;
  /** What one exact subject of a stream holds, oldest first. */
  read(stream: StreamName, subject: string, options: ReadOptions): Promise<StreamMessage[]>;
  /**
   * Deletes what streams hold of a tenant, and says how many messages that was. Only what was
   * there when it began: what is written meanwhile, the next call deletes. Nothing of it is handed out
   * any more.
   */
  purgeTenant(tenant: Tenant, options: PurgeOptions): Promise<PurgedStream[]>;
  /**
   * How many bytes each tenant holds of these streams together, with what is kept around a message. Tenants
   * that hold nothing are not among them. Asked again it reads only what came since.
   */
  heldBytes(
    streams: readonly StreamName[],
    options: { deadlineMs: number },
  ): Promise<ReadonlyMap<string, number>>;
  /** Whether messages flow now. */
  connected(): boolean;
  /** What keeps streams from taking messages, one sentence each; empty when nothing is known to. */
  troubles(): string[];
  /** How full the streams are that this bus keeps; empty until it has looked. */
  streams(): readonly StreamState[];
  /** Finishes what is in work, sends what is queued, closes. */
  drain(): Promise<void>;
}

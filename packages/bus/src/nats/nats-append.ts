import { LiluxError, wholeMs } from "@lilux/protocol";
import { JetStreamApiError, type JetStreamClient, type PubAck } from "@nats-io/jetstream";
import type { Appended, AppendOptions, StreamName } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { encodeBody } from "../encode-body.ts";
import { isDenied, toBusError } from "./bus-error.ts";
import type { NatsLink } from "./nats-link.ts";
import { outgoingHeaders } from "./nats-message.ts";
import type { StreamShares } from "./stream-shares.ts";

const DEADLINE_MS = 2_000;
/** How long the server's word is waited for before the message is sent again; doubled each time. */
const TRY_MS = 400;
const TRY_MAX_MS = 1_600;
const PAUSE_MS = 50;

export interface NatsAppendDeps {
  link: NatsLink;
  client: JetStreamClient;
  observe: ObserveBus;
  shares: StreamShares;
}

export type NatsAppend = (
  stream: StreamName,
  subject: string,
  body: unknown,
  options: AppendOptions,
) => Promise<Appended>;

/**
 * Stores one message, sending it again until the deadline; the id makes the tries
 * one message. Resolves only at the server's acknowledgement. A rejection does
 * not say that nothing was stored, only that nobody confirmed it.
 *
 * A word on any of the tries counts, also a late one: a server that takes longer than
 * a try stores each message all the same, and would never be heard to.
 */
export function createNatsAppend(deps: NatsAppendDeps): NatsAppend {
  const { link, observe, shares } = deps;
  return async (stream, subject, body, options) => {
    const text = encodeBody(body);
    const bodyBytes = Buffer.byteLength(text);
    shares.assertRoom(stream, { subject, bodyBytes, weight: options.weight });
    const endsAt = performance.now() + (options.deadlineMs ?? DEADLINE_MS);
    const left = (): number => endsAt - performance.now();
    const tries = createTries(deps);
    for (let tryMs = TRY_MS; ; tryMs = Math.min(TRY_MAX_MS, 2 * tryMs)) {
      if (!(await link.standsWithin(left()))) throw new LiluxError("bus_unavailable");
      tries.send({ stream, subject, text, options, withinMs: left() });
      const said = await tries.wordWithin(Math.min(tryMs, left()));
      if (said !== undefined) {
        const { seq: sequence, duplicate } = said;
        if (!duplicate) shares.stored(stream, { subject, sequence, bodyBytes });
        return { sequence, duplicate };
      }
      if (left() <= PAUSE_MS) throw toBusError(tries.failure());
      observe("append-retried");
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
}

interface Sent {
  stream: StreamName;
  subject: string;
  text: string;
  options: AppendOptions;
  withinMs: number;
}

/** All that was sent of one message, and what the server said of any of it. */
interface Tries {
  send(sent: Sent): void;
  /** As soon as the server has said that it is stored; undefined when it has not, or the last try has failed. Rejects when it never will be. */
  wordWithin(ms: number): Promise<PubAck | undefined>;
  /** What became of the last try that failed. */
  failure(): unknown;
}

function createTries({ client, link }: NatsAppendDeps): Tries {
  const word = Promise.withResolvers<PubAck>();
  // It is looked at only while somebody waits.
  word.promise.catch(() => undefined);
  let failure: unknown = new LiluxError("deadline_exceeded");
  let last: Promise<void> = Promise.resolve();

  async function sendOnce({ stream, subject, text, options, withinMs }: Sent): Promise<void> {
    try {
      const acknowledged = await client.publish(subject, text, {
        ...outgoingHeaders(options.traceparent),
        msgID: options.id,
        timeout: Math.max(1, wholeMs(withinMs)),
        expect: { streamName: stream },
      });
      // A duplicate without a place is one that a cluster has not agreed on: ask again.
      if (acknowledged.seq > 0) word.resolve(acknowledged);
    } catch (error) {
      failure = error;
      if (isFull(error)) word.reject(new LiluxError("storage_full", { cause: error }));
      if (isRefusal(error)) word.reject(new LiluxError("internal", { cause: error }));
    }
  }

  return {
    send(sent) {
      last = sendOnce(sent);
    },
    async wordWithin(ms) {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      const noMore = (): void => resolve(undefined);
      const timer = setTimeout(noMore, wholeMs(Math.max(0, ms)));
      // What was sent into a connection that went is not answered any more.
      const forget = link.onLost(noMore);
      void last.then(noMore);
      return Promise.race([word.promise, promise]).finally(() => {
        clearTimeout(timer);
        forget();
      });
    },
    failure: () => failure,
  };
}

/** A stream that drops nothing has as many bytes, or as many messages of this subject, as it may. */
function isFull(error: unknown): boolean {
  return error instanceof JetStreamApiError && /^maximum (bytes|messages)/.test(error.message);
}

/** The server understood the message and will never take it. */
function isRefusal(error: unknown): boolean {
  if (isDenied(error)) return true;
  return error instanceof JetStreamApiError && error.status === 400;
}

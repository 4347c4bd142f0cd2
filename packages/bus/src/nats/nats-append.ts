import { LiluxError, wholeMs } from "@lilux/protocol";
import { JetStreamApiError, type JetStreamClient } from "@nats-io/jetstream";
import type { Appended, AppendOptions, StreamName } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { encodeBody } from "../encode-body.ts";
import { isDenied, toBusError } from "./bus-error.ts";
import type { NatsLink } from "./nats-link.ts";
import { outgoingHeaders } from "./nats-message.ts";
import type { StreamShares } from "./stream-shares.ts";

const DEADLINE_MS = 2_000;
/** How long one try waits for the server's word that the message is stored. */
const TRY_MS = 400;
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
 * Stores one message, trying again until the deadline; the id makes the tries
 * one message. Resolves only at the server's acknowledgement. A rejection does
 * not say that nothing was stored, only that nobody confirmed it.
 */
export function createNatsAppend({ link, client, observe, shares }: NatsAppendDeps): NatsAppend {
  return async (stream, subject, body, options) => {
    const text = encodeBody(body);
    const bodyBytes = Buffer.byteLength(text);
    shares.assertRoom(stream, subject, bodyBytes);
    const endsAt = performance.now() + (options.deadlineMs ?? DEADLINE_MS);
    const left = (): number => endsAt - performance.now();
    for (;;) {
      if (!(await link.standsWithin(left()))) throw new LiluxError("bus_unavailable");
      try {
        const acknowledged = await client.publish(subject, text, {
          ...outgoingHeaders(options.traceparent),
          msgID: options.id,
          timeout: Math.max(1, Math.min(TRY_MS, wholeMs(left()))),
          expect: { streamName: stream },
        });
        const { seq: sequence, duplicate } = acknowledged;
        // A duplicate without a place is one that a cluster has not agreed on: ask again.
        if (sequence > 0) {
          if (!duplicate) shares.stored(stream, { subject, sequence, bodyBytes });
          return { sequence, duplicate };
        }
        if (left() <= PAUSE_MS) throw new LiluxError("deadline_exceeded");
      } catch (error) {
        if (isFull(error)) throw new LiluxError("storage_full", { cause: error });
        if (isRefusal(error)) throw new LiluxError("internal", { cause: error });
        if (left() <= PAUSE_MS) throw toBusError(error);
      }
      observe("append-retried");
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
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

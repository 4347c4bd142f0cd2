import { type Log, loggedError } from "@lilux/core/telemetry";
import { LiluxError, wholeMs } from "@lilux/protocol";
import type { Msg } from "@nats-io/transport-node";
import type { BusMessage, RequestOptions, SendOptions, Subscription } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { decodeBody, encodeBody } from "../encode-body.ts";
import { waitFor } from "../wait-for.ts";
import { toBusError } from "./bus-error.ts";
import type { NatsLink } from "./nats-link.ts";
import { errorAnswer, outgoingHeaders, readAnswer, traceparentOf } from "./nats-message.ts";

type Handler = (message: BusMessage) => unknown;

/** At-most-once messages over NATS. */
export interface NatsCoreTraffic {
  publish(subject: string, body: unknown, options: SendOptions): void;
  request(subject: string, body: unknown, options: RequestOptions): Promise<unknown>;
  subscribe(
    subject: string,
    handler: Handler,
    role: { queue: string | undefined; answers: boolean },
  ): Subscription;
  close(): Promise<void>;
}

export interface NatsCoreTrafficDeps {
  link: NatsLink;
  logger: Log;
  observe: ObserveBus;
}

export function createNatsCoreTraffic(deps: NatsCoreTrafficDeps): NatsCoreTraffic {
  const { link, logger } = deps;
  const { connection } = link;
  const subscriptions = new Set<Subscription>();

  async function requestOnce(
    subject: string,
    text: string,
    options: RequestOptions,
  ): Promise<unknown> {
    const timeout = Math.max(1, wholeMs(options.deadlineMs));
    try {
      const sent = { timeout, ...outgoingHeaders(options.traceparent) };
      return readAnswer(await connection.request(subject, text, sent));
    } catch (error) {
      throw toBusError(error);
    }
  }

  return {
    publish(subject, body, options) {
      const text = encodeBody(body);
      if (!link.connected()) return;
      connection.publish(subject, text, outgoingHeaders(options.traceparent));
    },
    async request(subject, body, options) {
      const text = encodeBody(body);
      if (!link.connected()) throw new LiluxError("bus_unavailable");
      const { deadlineMs, signal } = options;
      const answer = requestOnce(subject, text, options);
      return waitFor(answer, { deadlineMs, signal, onLost: link.onLost });
    },
    subscribe(subject, handler, { queue, answers }) {
      const running = new Set<Promise<void>>();
      const subscribed = connection.subscribe(subject, {
        ...(queue === undefined ? {} : { queue }),
        callback: (error, message) => {
          if (error !== null) {
            logger.error({ subject, err: error }, "bus subscription failed");
            return;
          }
          const work = takeMessage(message, { handler, answers }, deps);
          running.add(work);
          void work.finally(() => running.delete(work));
        },
      });
      const subscription: Subscription = {
        async close() {
          subscriptions.delete(subscription);
          // The server closes one that it denies.
          if (link.connected() && !subscribed.isClosed()) await subscribed.drain();
          else subscribed.unsubscribe();
          await Promise.all(running);
        },
      };
      subscriptions.add(subscription);
      return subscription;
    },
    async close() {
      await Promise.all([...subscriptions].map((subscription) => subscription.close()));
    },
  };
}

/** Runs a handler, and answers when the sender waits for one. Never rejects. */
async function takeMessage(
  message: Msg,
  { handler, answers }: { handler: Handler; answers: boolean },
  { link, logger, observe }: NatsCoreTrafficDeps,
): Promise<void> {
  const decoded = decodeBody(message.string());
  try {
    if (!decoded.readable) {
      observe("body-unreadable");
      throw new LiluxError("invalid_request", { message: "The message's body is not JSON." });
    }
    const { subject } = message;
    const { body } = decoded;
    const answer = await handler({ subject, body, traceparent: traceparentOf(message) });
    if (answers) message.respond(encodeBody(answer));
  } catch (error) {
    if (answers && message.reply !== undefined && link.connected()) {
      const fields = { subject: message.subject };
      const line = { logger, message: "bus request failed", fields };
      const { text, headers } = errorAnswer(loggedError(error, line));
      message.respond(text, { headers });
      return;
    }
    observe("handler-failed");
    logger.error({ subject: message.subject, err: error }, "bus handler failed");
  }
}

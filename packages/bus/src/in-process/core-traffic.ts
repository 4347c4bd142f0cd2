import { type Log, loggedError } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import type { BusMessage, RequestOptions, SendOptions, Subscription } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { encodeBody } from "../encode-body.ts";
import { waitFor } from "../wait-for.ts";
import { type Answer, createReceivers, type Receiver } from "./receivers.ts";

type Handler = (message: BusMessage) => unknown;

/** At-most-once messages within one process: publish, subscribe, request, respond. */
export interface CoreTraffic {
  publish(subject: string, body: unknown, options: SendOptions): void;
  request(subject: string, body: unknown, options: RequestOptions): Promise<unknown>;
  subscribe(
    pattern: string,
    handler: Handler,
    role: { queue: string | undefined; answers: boolean },
  ): Subscription;
  close(): Promise<void>;
}

interface CoreTrafficDeps {
  logger: Log;
  observe: ObserveBus;
}

export function createCoreTraffic(deps: CoreTrafficDeps): CoreTraffic {
  const receivers = createReceivers();
  const subscriptions = new Set<Subscription>();

  /** Hands the message out in a later microtask, each receiver with a body of its own. */
  function send(subject: string, text: string, options: SendOptions, answer?: Answer): number {
    const chosen = receivers.of(subject);
    for (const receiver of chosen) {
      queueMicrotask(() => {
        const body = JSON.parse(text) as unknown;
        receiver.take({ subject, body, traceparent: options.traceparent }, answer);
      });
    }
    return chosen.length;
  }

  function requestOnce(subject: string, text: string, options: SendOptions): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const reached = send(subject, text, options, (result) => void result.then(resolve, reject));
    if (reached === 0) reject(new LiluxError("bus_unavailable"));
    return promise;
  }

  return {
    publish(subject, body, options) {
      send(subject, encodeBody(body), options);
    },
    async request(subject, body, options) {
      const text = encodeBody(body);
      return waitFor(requestOnce(subject, text, options), options);
    },
    subscribe(pattern, handler, { queue, answers }) {
      const running = new Set<Promise<unknown>>();
      const take = createTaker({ pattern, handler, answers, running }, deps);
      const receiver: Receiver = { pattern, queue, take };
      receivers.add(receiver);
      const subscription: Subscription = {
        async close() {
          receivers.remove(receiver);
          subscriptions.delete(subscription);
          await Promise.allSettled(running);
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

function createTaker(
  role: { pattern: string; handler: Handler; answers: boolean; running: Set<Promise<unknown>> },
  { logger, observe }: CoreTrafficDeps,
): Receiver["take"] {
  const { pattern, answers, running } = role;
  return (message, answer) => {
    const work = runHandler(message, role, logger);
    running.add(work);
    work.then(
      () => running.delete(work),
      (error: unknown) => {
        running.delete(work);
        if (answers && answer !== undefined) return;
        observe("handler-failed");
        logger.error({ subject: pattern, err: error }, "bus handler failed");
      },
    );
    if (answers) answer?.(work);
  };
}

/** Runs a handler; an answer is serialised, and an error crosses as its public body. */
async function runHandler(
  message: BusMessage,
  { pattern, handler, answers }: { pattern: string; handler: Handler; answers: boolean },
  logger: Log,
): Promise<unknown> {
  if (!answers) return handler(message);
  try {
    return JSON.parse(encodeBody(await handler(message))) as unknown;
  } catch (error) {
    const line = { logger, message: "bus request failed", fields: { subject: pattern } };
    throw LiluxError.fromBody(loggedError(error, line).toBody());
  }
}

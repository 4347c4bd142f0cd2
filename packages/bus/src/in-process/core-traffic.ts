import type { Log } from "@lilux/core";
import { LiluxError } from "@lilux/protocol";
import type { BusMessage, RequestOptions, SendOptions, Subscription } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { encodeBody } from "../encode-body.ts";
import { hedge } from "../hedge.ts";
import { subjectMatches } from "../subject-matches.ts";
import { waitFor } from "../wait-for.ts";

type Answer = (result: Promise<unknown>) => void;

interface Member {
  pattern: string;
  queue: string | undefined;
  /** `answer` is there when the sender waits for one. */
  take(message: BusMessage, answer: Answer | undefined): void;
}

/** At-most-once messages within one process: publish, subscribe, request, respond. */
export interface CoreTraffic {
  publish(subject: string, body: unknown, options: SendOptions): void;
  request(subject: string, body: unknown, options: RequestOptions): Promise<unknown>;
  subscribe(
    pattern: string,
    handler: (message: BusMessage) => unknown,
    role: { queue: string | undefined; answers: boolean },
  ): Subscription;
  close(): Promise<void>;
}

export function createCoreTraffic(deps: { logger: Log; observe: ObserveBus }): CoreTraffic {
  const members = new Set<Member>();
  const subscriptions = new Set<Subscription>();
  const turns = new Map<string, number>();

  function receivers(subject: string): Member[] {
    const chosen: Member[] = [];
    const queues = new Map<string, Member[]>();
    for (const member of members) {
      if (!subjectMatches(member.pattern, subject)) continue;
      if (member.queue === undefined) chosen.push(member);
      else queues.set(member.queue, [...(queues.get(member.queue) ?? []), member]);
    }
    for (const [queue, waiting] of queues) {
      const turn = (turns.get(queue) ?? -1) + 1;
      turns.set(queue, turn);
      const next = waiting[turn % waiting.length];
      if (next !== undefined) chosen.push(next);
    }
    return chosen;
  }

  /** Hands the message out in a later microtask, each receiver with a body of its own. */
  function send(subject: string, text: string, options: SendOptions, answer?: Answer): number {
    const chosen = receivers(subject);
    for (const member of chosen) {
      queueMicrotask(() => {
        const body = JSON.parse(text) as unknown;
        member.take({ subject, body, traceparent: options.traceparent }, answer);
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
      return waitFor(
        hedge(() => requestOnce(subject, text, options), {
          hedgeAfterMs: options.hedgeAfterMs,
          onHedge: () => deps.observe("request-hedged"),
        }),
        options,
      );
    },
    subscribe(pattern, handler, { queue, answers }) {
      const running = new Set<Promise<unknown>>();
      const member: Member = {
        pattern,
        queue,
        take(message, answer) {
          const work = runHandler(handler, message, answers);
          running.add(work);
          work.then(
            () => running.delete(work),
            (error: unknown) => {
              running.delete(work);
              if (answers && answer !== undefined) return;
              deps.observe("handler-failed");
              deps.logger.error({ subject: pattern, err: error }, "bus handler failed");
            },
          );
          if (answers) answer?.(work);
        },
      };
      members.add(member);
      const subscription: Subscription = {
        async close() {
          members.delete(member);
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

/** Runs a handler; an answer is serialised, and an error crosses as its public body. */
async function runHandler(
  handler: (message: BusMessage) => unknown,
  message: BusMessage,
  answers: boolean,
): Promise<unknown> {
  if (!answers) return handler(message);
  try {
    return JSON.parse(encodeBody(await handler(message))) as unknown;
  } catch (error) {
    throw LiluxError.fromBody(LiluxError.from(error).toBody());
  }
}

import { wholeMs } from "@lilux/protocol";
import {
  AckPolicy,
  type ConsumerConfig,
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { ReadOptions, StreamMessage, StreamName } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { waitFor } from "../wait-for.ts";
import { toBusError } from "./bus-error.ts";
import { toStreamMessage } from "./jetstream-message.ts";
import type { NatsLink } from "./nats-link.ts";

export interface NatsReadDeps {
  link: NatsLink;
  client: JetStreamClient;
  manager: JetStreamManager;
  observe: ObserveBus;
}

export type NatsRead = (
  stream: StreamName,
  subject: string,
  options: ReadOptions,
) => Promise<StreamMessage[]>;

/** How long the server keeps a reader that went away. */
const READER_MS = 10_000;

/** Reads by a short-lived consumer: three round trips, however many messages. */
export function createNatsRead(deps: NatsReadDeps): NatsRead {
  const { link, manager } = deps;
  return async (stream, subject, options) => {
    const { deadlineMs } = options;
    try {
      const reading = readSubject(deps, { stream, subject, options });
      return await waitFor(reading, { deadlineMs, onLost: link.onLost });
    } catch (error) {
      throw toBusError(error);
    }
  };

  async function readSubject(
    { client, observe }: NatsReadDeps,
    request: { stream: StreamName; subject: string; options: ReadOptions },
  ): Promise<StreamMessage[]> {
    const { stream, subject, options } = request;
    const reader = await manager.consumers.add(stream, readerConfig(subject, options.since));
    const wanted = Math.min(options.messagesMax, reader.num_pending);
    const found: StreamMessage[] = [];
    try {
      if (wanted === 0) return found;
      const consumer = await client.consumers.get(stream, reader.name);
      const expires = Math.max(1_000, wholeMs(options.deadlineMs));
      const messages = await consumer.fetch({ max_messages: wanted, expires });
      let seen = 0;
      for await (const message of messages) {
        const read = toStreamMessage(message);
        if (read === undefined) observe("body-unreadable");
        else found.push(read);
        seen += 1;
        if (seen === wanted) break;
      }
      return found;
    } finally {
      // Nobody waits for it; the server drops a forgotten reader by itself.
      manager.consumers.delete(stream, reader.name).catch(() => undefined);
    }
  }
}

function readerConfig(subject: string, since: number | undefined): Partial<ConsumerConfig> {
  const start =
    since === undefined
      ? { deliver_policy: DeliverPolicy.All }
      : {
          deliver_policy: DeliverPolicy.StartTime,
          opt_start_time: new Date(since).toISOString(),
        };
  return {
    ...start,
    ack_policy: AckPolicy.None,
    filter_subject: subject,
    inactive_threshold: nanos(READER_MS),
    mem_storage: true,
    num_replicas: 1,
  };
}

import type { Log } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerMessages,
  type ConsumerNotification,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { ConsumeOptions, StreamMessage, StreamName, Subscription } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { toBusError } from "./bus-error.ts";
import { ACK_WAIT_MS, createHeldMessages, type HeldMessages } from "./held-messages.ts";
import type { NatsLink } from "./nats-link.ts";

export interface NatsConsumeDeps {
  link: NatsLink;
  client: JetStreamClient;
  manager: JetStreamManager;
  /** Brings back the streams of a server that lost them. */
  restoreStreams: () => Promise<void>;
  logger: Log;
  observe: ObserveBus;
}

export type NatsConsume = (
  stream: StreamName,
  handler: (message: StreamMessage) => Promise<void>,
  options: ConsumeOptions,
) => Promise<Subscription>;

const UNACKNOWLEDGED_MIN = 1_000;
/** Of one consumer's share: so many may share a durable name before they wait for each other. */
const SHARES_MAX = 5;
const CONSUMER_NOT_FOUND = 10014;
/** How long one pull lasts; half of it is how soon a dead consumer is noticed. */
const PULL_MS = 5_000;
const AGAIN_MS = 500;
const STREAM_MISSING = 10059;

/** Consumes by a durable pull consumer, and goes on by itself after every kind of loss. */
export function createNatsConsume(deps: NatsConsumeDeps): NatsConsume {
  const { client, manager, logger, link, restoreStreams } = deps;

  async function open(
    stream: StreamName,
    options: ConsumeOptions,
    take: HeldMessages["take"],
  ): Promise<ConsumerMessages> {
    const { durable, inFlightMax } = options;
    await ensureConsumer(manager, stream, options);
    const consumer = await client.consumers.get(stream, durable);
    return consumer.consume({
      max_messages: inFlightMax,
      expires: PULL_MS,
      callback: take,
    });
  }

  return async (stream, handler, options) => {
    assertDurable(options.durable);
    const name = `${stream}/${options.durable}`;
    const held = createHeldMessages({ ...deps, ...options, name, handler });
    let closed = false;
    let messages: ConsumerMessages | undefined;
    try {
      messages = await open(stream, options, held.take);
    } catch (error) {
      if (!isStreamMissing(error)) {
        await held.close();
        throw toBusError(error);
      }
      // Whoever keeps the stream makes it, and may start after us.
      logger.info({ consumer: name }, "stream is not there yet");
    }

    async function watch(current: ConsumerMessages): Promise<void> {
      for await (const status of current.status()) {
        // The client would go on asking for a consumer that is no more.
        if (isGone(status)) current.close().catch(() => undefined);
      }
    }

    async function untilClosed(current: ConsumerMessages): Promise<void> {
      watch(current).catch((error: unknown) => logger.warn({ name, err: error }, "no status"));
      await current.closed();
    }

    async function keepOpen(): Promise<void> {
      for (;;) {
        if (messages !== undefined) await untilClosed(messages);
        while (!closed) {
          try {
            await restoreStreams();
            messages = await open(stream, options, held.take);
            logger.info({ consumer: name }, "stream consumer restored");
            break;
          } catch (error) {
            logger.warn({ consumer: name, err: error }, "stream consumer not restored yet");
            await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
            await link.standsWithin(PULL_MS);
          }
        }
        if (!closed) continue;
        await messages?.close();
        return;
      }
    }

    const loop = keepOpen();
    return {
      async close() {
        closed = true;
        await messages?.close();
        await held.close();
        await loop;
      },
    };
  };
}

function isGone(status: ConsumerNotification): boolean {
  return (
    status.type === "consumer_not_found" ||
    status.type === "consumer_deleted" ||
    status.type === "stream_not_found"
  );
}

/** One that is there keeps where it began, and how much of it may be in work. */
async function ensureConsumer(
  manager: JetStreamManager,
  stream: StreamName,
  options: ConsumeOptions,
): Promise<void> {
  try {
    await manager.consumers.info(stream, options.durable);
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== CONSUMER_NOT_FOUND) throw error;
    try {
      await manager.consumers.add(stream, durableConfig(options));
    } catch (failed) {
      // Another one may have made it in between; then it is there now.
      await manager.consumers.info(stream, options.durable).catch(() => {
        throw failed;
      });
    }
  }
}

function isStreamMissing(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.code === STREAM_MISSING;
}

function durableConfig({ durable, inFlightMax, startAt }: ConsumeOptions): Partial<ConsumerConfig> {
  const start: Partial<ConsumerConfig> =
    startAt === undefined
      ? { deliver_policy: DeliverPolicy.All }
      : {
          deliver_policy: DeliverPolicy.StartTime,
          opt_start_time: new Date(startAt).toISOString(),
        };
  return {
    ...start,
    durable_name: durable,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(ACK_WAIT_MS),
    max_ack_pending: Math.max(UNACKNOWLEDGED_MIN, SHARES_MAX * inFlightMax),
    max_deliver: -1,
  };
}

function assertDurable(durable: string): void {
  if (/^[A-Za-z0-9_-]{1,64}$/.test(durable)) return;
  throw new LiluxError("internal", { cause: new Error("a durable name outside [A-Za-z0-9_-]") });
}

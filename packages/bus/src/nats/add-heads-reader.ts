import {
  AckPolicy,
  type ConsumerConfig,
  type ConsumerInfo,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { StreamName } from "../bus.ts";

/** Whoever asks nothing for this long is forgotten by the server. */
const READER_MS = 30_000;

/** A consumer of messages without their bodies, which acknowledges nothing and is kept nowhere. */
export function addHeadsReader(
  manager: JetStreamManager,
  stream: StreamName,
  from: Pick<ConsumerConfig, "deliver_policy"> &
    Partial<Pick<ConsumerConfig, "opt_start_seq" | "opt_start_time">>,
): Promise<ConsumerInfo> {
  return manager.consumers.add(stream, {
    ...from,
    ack_policy: AckPolicy.None,
    headers_only: true,
    inactive_threshold: nanos(READER_MS),
    mem_storage: true,
    num_replicas: 1,
  });
}

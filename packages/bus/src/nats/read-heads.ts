import {
  DeliverPolicy,
  type JetStreamClient,
  type JetStreamManager,
  type JsMsg,
} from "@nats-io/jetstream";
import type { StreamName } from "../bus.ts";
import { addHeadsReader } from "./add-heads-reader.ts";

/** A message of a stream without its body. */
export interface MessageHead {
  subject: string;
  sequence: number;
  /** What it was appended under; empty where nobody said. */
  id: string;
  /** Unix ms. */
  storedAt: number;
  /** Of the body, and something for the head. */
  bytes: number;
}

/** What a stream holds from this place on, as of when it is asked. */
export type ReadHeads = (stream: StreamName, from: number) => AsyncIterable<MessageHead>;

const BATCH = 2_000;
const BATCH_MS = 5_000;
const BODY_SIZE = "Nats-Msg-Size";
const ID = "Nats-Msg-Id";

export function createReadHeads(
  { client, manager }: { client: JetStreamClient; manager: JetStreamManager },
  headBytes: number,
): ReadHeads {
  return async function* (stream, from) {
    const reader = await addHeadsReader(manager, stream, {
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: from,
    });
    try {
      const consumer = await client.consumers.get(stream, reader.name);
      let left = reader.num_pending;
      while (left > 0) {
        const wanted = Math.min(BATCH, left);
        const before = left;
        for await (const message of await consumer.fetch({
          max_messages: wanted,
          expires: BATCH_MS,
        })) {
          yield toHead(message, headBytes);
          left -= 1;
        }
        // A server that hands out nothing for so long is asked again at the next look.
        if (left === before) return;
      }
    } finally {
      manager.consumers.delete(stream, reader.name).catch(() => undefined);
    }
  };
}

function toHead(message: JsMsg, headBytes: number): MessageHead {
  const bodyBytes = Number(message.headers?.get(BODY_SIZE) ?? 0);
  return {
    subject: message.subject,
    sequence: message.seq,
    id: message.headers?.get(ID) ?? "",
    storedAt: message.time.getTime(),
    bytes: bodyBytes + headBytes,
  };
}

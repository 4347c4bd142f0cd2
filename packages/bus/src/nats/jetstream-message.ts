import type { JsMsg } from "@nats-io/jetstream";
import type { StreamMessage } from "../bus.ts";
import { decodeBody } from "../encode-body.ts";
import { traceparentOf } from "./nats-message.ts";

/** Undefined for a body that is not JSON. */
export function toStreamMessage(message: JsMsg): StreamMessage | undefined {
  const decoded = decodeBody(message.string());
  if (!decoded.readable) return undefined;
  return {
    subject: message.subject,
    body: decoded.body,
    traceparent: traceparentOf(message),
    sequence: message.seq,
    deliveries: message.info.deliveryCount,
    storedAt: message.time.getTime(),
  };
}

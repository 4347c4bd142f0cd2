import type { Log } from "@lilux/core/telemetry";
import type { JsMsg } from "@nats-io/jetstream";
import type { StreamMessage } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { redeliveryDelayMs } from "../redelivery-delay.ts";
import { toStreamMessage } from "./jetstream-message.ts";
import type { NatsLink } from "./nats-link.ts";

/** The server hands a message out again when nothing was heard of it for so long. */
export const ACK_WAIT_MS = 15_000;
const HEARTBEAT_MS = 5_000;
/** A handler that takes longer is given up: its message goes to another. */
const HANDLER_MS_MAX = 10 * 60_000;

/** The messages this consumer was handed, waiting or in work. */
export interface HeldMessages {
  take(message: JsMsg): void;
  /** Hands waiting messages back and resolves when running handlers are done. */
  close(): Promise<void>;
}

export interface HeldMessagesDeps {
  name: string;
  handler: (message: StreamMessage) => Promise<void>;
  inFlightMax: number;
  link: NatsLink;
  logger: Log;
  observe: ObserveBus;
}

export function createHeldMessages(deps: HeldMessagesDeps): HeldMessages {
  const { handler, inFlightMax, link, logger, observe, name } = deps;
  const waiting: JsMsg[] = [];
  const running = new Map<JsMsg, { since: number; work: Promise<void> }>();
  const heartbeat = setInterval(beat, HEARTBEAT_MS);
  heartbeat.unref();
  let closed = false;

  /** Keeps the server from handing out again what is only slow. */
  function beat(): void {
    if (!link.connected()) return;
    for (const message of waiting) message.working();
    const oldest = performance.now() - HANDLER_MS_MAX;
    for (const [message, { since }] of running) if (since > oldest) message.working();
  }

  function pump(): void {
    while (running.size < inFlightMax && !closed) {
      const message = waiting.shift();
      if (message === undefined) return;
      const work = handle(message).finally(() => {
        running.delete(message);
        pump();
      });
      running.set(message, { since: performance.now(), work });
    }
  }

  /** Never rejects: what fails is handed out again. */
  async function handle(message: JsMsg): Promise<void> {
    const { deliveryCount } = message.info;
    const read = toStreamMessage(message);
    try {
      if (read === undefined) observe("body-unreadable");
      else await handler(read);
      // An acknowledgement sent into a broken connection is lost without a word.
      if (await link.standsWithin(ACK_WAIT_MS)) message.ack();
    } catch (error) {
      observe("handler-failed");
      const place = { consumer: name, sequence: message.seq, deliveries: deliveryCount };
      logger.warn({ ...place, err: error }, "stream message will be handed out again");
      if (link.connected()) message.nak(redeliveryDelayMs(deliveryCount));
    }
  }

  return {
    take(message) {
      waiting.push(message);
      pump();
    },
    async close() {
      closed = true;
      if (link.connected()) for (const message of waiting) message.nak();
      waiting.length = 0;
      await Promise.all([...running.values()].map(({ work }) => work));
      clearInterval(heartbeat);
    },
  };
}

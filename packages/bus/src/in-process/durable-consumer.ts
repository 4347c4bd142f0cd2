import type { Log } from "@lilux/core/telemetry";
import type { StreamMessage, Subscription } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { redeliveryDelayMs } from "../redelivery-delay.ts";
import type { LocalStream } from "./local-stream.ts";
import { createPosition, type Position, type SavedPosition } from "./position.ts";
import { createRetries } from "./retries.ts";

export interface DurableConsumer {
  join(handler: (message: StreamMessage) => Promise<void>, inFlightMax: number): Subscription;
  close(): Promise<void>;
}

export interface DurableConsumerDeps {
  name: string;
  stream: LocalStream;
  saved: SavedPosition | undefined;
  /** Called after every change; may gather several into one write. */
  save: (position: SavedPosition) => void;
  logger: Log;
  observe: ObserveBus;
}

interface Member {
  handler: (message: StreamMessage) => Promise<void>;
  inFlightMax: number;
  running: Set<Promise<void>>;
}

/** How many messages may wait for their next try before no new ones are handed out. */
const RETRIES_MAX = 1_000;

/** One durable name of one stream; its members share the messages. */
export function createDurableConsumer(deps: DurableConsumerDeps): DurableConsumer {
  const { stream, logger } = deps;
  const position: Position = createPosition(deps.saved, (sequence) => stream.has(sequence));
  const members = new Set<Member>();
  const deliveries = new Map<number, number>();
  const retries = createRetries(pump);
  let closed = false;

  function pump(): void {
    for (let member = idlest(members); member && !closed; member = idlest(members)) {
      const mayTakeNew = retries.waiting() < RETRIES_MAX;
      const sequence = retries.takeDue() ?? (mayTakeNew ? nextNew(stream, position) : undefined);
      if (sequence === undefined) return;
      const work = handle(member, sequence);
      member.running.add(work);
      const { running } = member;
      void work.finally(() => {
        running.delete(work);
        pump();
      });
    }
  }

  async function handle(member: Member, sequence: number): Promise<void> {
    const count = (deliveries.get(sequence) ?? 0) + 1;
    deliveries.set(sequence, count);
    try {
      const message = await stream.message(sequence, count);
      if (message !== undefined) await member.handler(message);
      deliveries.delete(sequence);
      position.done(sequence);
      deps.save(position.toSaved());
    } catch (error) {
      deps.observe("handler-failed");
      logger.warn({ consumer: deps.name, sequence, deliveries: count, err: error }, "will retry");
      retries.later(sequence, redeliveryDelayMs(count));
    }
  }

  stream.onAppended(pump);

  return {
    join(handler, inFlightMax) {
      const member: Member = { handler, inFlightMax, running: new Set() };
      members.add(member);
      queueMicrotask(pump);
      return {
        async close() {
          members.delete(member);
          await Promise.all(member.running);
        },
      };
    },
    async close() {
      closed = true;
      retries.close();
      await Promise.all([...members].flatMap((member) => [...member.running]));
      members.clear();
    },
  };
}

/** The next message that was never handed out, if there is one. */
function nextNew(stream: LocalStream, position: Position): number | undefined {
  let next = stream.nextAfter(position.cursor());
  // After a restart the cursor begins at the floor, and some above it are done.
  while (next !== undefined && position.isDone(next)) {
    position.advance(next);
    next = stream.nextAfter(next);
  }
  if (next !== undefined) position.advance(next);
  return next;
}

/** The member with room and the least to do. */
function idlest(members: Iterable<Member>): Member | undefined {
  let best: Member | undefined;
  for (const member of members) {
    if (member.running.size >= member.inFlightMax) continue;
    if (best === undefined || member.running.size < best.running.size) best = member;
  }
  return best;
}

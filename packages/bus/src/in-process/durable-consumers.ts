import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { StreamName } from "../bus.ts";
import { createDurableConsumer, type DurableConsumer } from "./durable-consumer.ts";
import type { LocalStream } from "./local-stream.ts";
import type { LocalStreamsDeps } from "./local-streams-deps.ts";
import type { SavedPosition } from "./position.ts";
import { createPositionFile, type PositionFile } from "./position-file.ts";

/** The durable consumers of all streams, each made once. */
export interface DurableConsumers {
  /** `startAt`: where a name that is new begins, in Unix ms. */
  of(name: StreamName, durable: string, startAt?: number): Promise<DurableConsumer>;
  /** Hands out nothing more and resolves when running handlers are done. */
  close(): Promise<void>;
  savePositions(): Promise<void>;
}

const DURABLE = /^[A-Za-z0-9_-]{1,64}$/;

export function createDurableConsumers(
  open: (name: StreamName) => Promise<LocalStream>,
  { journalDirectory, logger, observe }: LocalStreamsDeps,
): DurableConsumers {
  const consumers = new Map<string, Promise<DurableConsumer>>();
  const positions: PositionFile[] = [];

  async function build(
    name: StreamName,
    durable: string,
    startAt: number | undefined,
  ): Promise<DurableConsumer> {
    const stream = await open(name);
    const path = journalDirectory && join(journalDirectory, name, `${durable}.position.json`);
    const file = createPositionFile({ path, logger });
    positions.push(file);
    return createDurableConsumer({
      name: `${name}/${durable}`,
      stream,
      saved: withinStream(await file.load(), stream.lastSequence()) ?? startOf(stream, startAt),
      save: (position) => file.save(position),
      logger,
      observe,
    });
  }

  return {
    of(name, durable, startAt) {
      if (!DURABLE.test(durable)) {
        const cause = new Error(`a durable name outside ${DURABLE}`);
        return Promise.reject(new LiluxError("internal", { cause }));
      }
      const key = `${name}/${durable}`;
      const consumer = consumers.get(key) ?? build(name, durable, startAt);
      consumers.set(key, consumer);
      return consumer;
    },
    async close() {
      const built = await Promise.allSettled(consumers.values());
      const open = built.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      await Promise.all(open.map((consumer) => consumer.close()));
    },
    async savePositions() {
      for (const file of positions) await file.close();
    },
  };
}

function startOf(stream: LocalStream, startAt: number | undefined): SavedPosition | undefined {
  return startAt === undefined ? undefined : { floor: stream.lastBefore(startAt), above: [] };
}

/** A position beyond the stream's end, as after a journal was deleted, would skip new messages. */
function withinStream(saved: SavedPosition | undefined, last: number): SavedPosition | undefined {
  if (saved === undefined || saved.floor <= last) return saved;
  return { floor: last, above: [] };
}

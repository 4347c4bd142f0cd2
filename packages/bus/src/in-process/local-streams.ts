import { join } from "node:path";
import type { Log } from "@lilux/core";
import { LiluxError } from "@lilux/protocol";
import type { StreamName } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { STREAMS, type StreamSettings } from "../streams.ts";
import { createDurableConsumer, type DurableConsumer } from "./durable-consumer.ts";
import { createLocalStream, type LocalStream } from "./local-stream.ts";
import { lockDirectory } from "./lock-directory.ts";
import { createMemoryLineStore } from "./memory-line-store.ts";
import type { SavedPosition } from "./position.ts";
import { createPositionFile, type PositionFile } from "./position-file.ts";
import { createSegmentLineStore } from "./segment-line-store.ts";

/** The streams of the in-process bus and their durable consumers. */
export interface LocalStreams {
  ready(): Promise<void>;
  usable(): boolean;
  open(name: StreamName): Promise<LocalStream>;
  consumer(name: StreamName, durable: string): Promise<DurableConsumer>;
  /** Hands out nothing more and resolves when running handlers are done. */
  closeConsumers(): Promise<void>;
  close(): Promise<void>;
}

export interface LocalStreamsDeps {
  journalDirectory: string | undefined;
  clock: () => number;
  logger: Log;
  observe: ObserveBus;
}

const MEMORY_BYTES_MAX = 64 * 1024 * 1024;
const DURABLE = /^[A-Za-z0-9_-]{1,64}$/;

export function createLocalStreams(deps: LocalStreamsDeps): LocalStreams {
  const { journalDirectory, clock, logger } = deps;
  const names = Object.keys(STREAMS) as StreamName[];
  const streams = new Map(names.map((name) => [name, buildStream(name)]));
  const consumers = new Map<string, Promise<DurableConsumer>>();
  const positions: PositionFile[] = [];
  let unlock = async (): Promise<void> => undefined;
  let usable = false;

  const loaded = load();
  // Whoever needs a stream sees the failure; nobody has to wait for it.
  loaded.catch((error: unknown) => logger.error({ err: error }, "stream journals unusable"));

  function buildStream(name: StreamName): LocalStream {
    const settings: StreamSettings = STREAMS[name];
    if (journalDirectory === undefined) {
      const maxBytes = Math.min(settings.maxBytes, MEMORY_BYTES_MAX);
      const lines = createMemoryLineStore();
      return createLocalStream({ name, settings: { ...settings, maxBytes }, lines, clock, logger });
    }
    const lines = createSegmentLineStore({ directory: join(journalDirectory, name), logger });
    return createLocalStream({ name, settings, lines, clock, logger });
  }

  async function load(): Promise<void> {
    if (journalDirectory !== undefined) unlock = await lockDirectory(journalDirectory);
    await Promise.all([...streams.values()].map((stream) => stream.load()));
    usable = true;
  }

  async function open(name: StreamName): Promise<LocalStream> {
    try {
      await loaded;
    } catch (error) {
      throw error instanceof LiluxError
        ? error
        : new LiluxError("bus_unavailable", { cause: error });
    }
    const stream = streams.get(name);
    if (stream === undefined) throw new LiluxError("internal", { cause: new Error(name) });
    return stream;
  }

  async function buildConsumer(name: StreamName, durable: string): Promise<DurableConsumer> {
    const stream = await open(name);
    const path = journalDirectory && join(journalDirectory, name, `${durable}.position.json`);
    const file = createPositionFile({ path, logger });
    positions.push(file);
    return createDurableConsumer({
      name: `${name}/${durable}`,
      stream,
      saved: withinStream(await file.load(), stream.lastSequence()),
      save: (position) => file.save(position),
      logger,
      observe: deps.observe,
    });
  }

  return {
    ready: () => loaded,
    usable: () => usable,
    open,
    consumer(name, durable) {
      if (!DURABLE.test(durable)) {
        const cause = new Error(`a durable name outside ${DURABLE}`);
        return Promise.reject(new LiluxError("internal", { cause }));
      }
      const key = `${name}/${durable}`;
      const consumer = consumers.get(key) ?? buildConsumer(name, durable);
      consumers.set(key, consumer);
      return consumer;
    },
    async closeConsumers() {
      const built = await Promise.allSettled(consumers.values());
      const open = built.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      await Promise.all(open.map((consumer) => consumer.close()));
    },
    async close() {
      await loaded.catch(() => undefined);
      for (const file of positions) await file.close();
      for (const stream of streams.values()) await stream.close();
      await unlock();
    },
  };
}

/** A position beyond the stream's end, as after a journal was deleted, would skip new messages. */
function withinStream(saved: SavedPosition | undefined, last: number): SavedPosition | undefined {
  if (saved === undefined || saved.floor <= last) return saved;
  return { floor: last, above: [] };
}

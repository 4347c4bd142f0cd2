import { join } from "node:path";
import { LiluxError, type Tenant } from "@lilux/protocol";
import type { PurgedStream, PurgeOptions, StreamName, StreamState } from "../bus.ts";
import { lockDirectory } from "../lock-directory.ts";
import { STREAMS, streamSettings } from "../streams.ts";
import { addUp } from "../tenant-usage.ts";
import type { DurableConsumer } from "./durable-consumer.ts";
import { createDurableConsumers } from "./durable-consumers.ts";
import { createLocalStream, type LocalStream } from "./local-stream.ts";
import type { LocalStreamsDeps } from "./local-streams-deps.ts";
import { createMemoryLineStore } from "./memory-line-store.ts";
import { createSegmentLineStore } from "./segment-line-store.ts";

/** The streams of the in-process bus and their durable consumers. */
export interface LocalStreams {
  ready(): Promise<void>;
  usable(): boolean;
  states(): StreamState[];
  open(name: StreamName): Promise<LocalStream>;
  /** `startAt`: where a name that is new begins. */
  consumer(name: StreamName, durable: string, startAt?: number): Promise<DurableConsumer>;
  purgeTenant(tenant: Tenant, wanted: Omit<PurgeOptions, "deadlineMs">): Promise<PurgedStream[]>;
  /** How many bytes each tenant holds of these streams together. */
  heldBytes(wanted: readonly StreamName[]): Promise<ReadonlyMap<string, number>>;
  /** Hands out nothing more and resolves when running handlers are done. */
  closeConsumers(): Promise<void>;
  close(): Promise<void>;
}

const MEMORY_BYTES_MAX = 64 * 1024 * 1024;

export function createLocalStreams(deps: LocalStreamsDeps): LocalStreams {
  const { journalDirectory, logger } = deps;
  const names = Object.keys(STREAMS) as StreamName[];
  const streams = new Map(names.map((name) => [name, buildStream(name, deps)]));
  const consumers = createDurableConsumers(open, deps);
  let unlock = async (): Promise<void> => undefined;
  let usable = false;

  const loaded = load();
  // Whoever waits for it, or needs a stream, is told the failure and says it; nobody has to.
  loaded.catch((error: unknown) => logger.debug({ err: error }, "stream journals unusable"));

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

  return {
    ready: () => loaded,
    usable: () => usable,
    states: () => [...streams.values()].map((stream) => stream.state()),
    open,
    consumer: (name, durable, startAt) => consumers.of(name, durable, startAt),
    async purgeTenant(tenant, { streams: wanted = names, before }) {
      const purged: PurgedStream[] = [];
      for (const stream of wanted) {
        const messages = await (await open(stream)).purgeTenant(tenant, before);
        purged.push({ stream, messages });
      }
      return purged;
    },
    async heldBytes(wanted) {
      const opened = await Promise.all(wanted.map(open));
      return addUp(opened.map((stream) => stream.heldBytes()));
    },
    closeConsumers: () => consumers.close(),
    async close() {
      await loaded.catch(() => undefined);
      await consumers.savePositions();
      for (const stream of streams.values()) await stream.close();
      await unlock();
    },
  };
}

function buildStream(name: StreamName, deps: LocalStreamsDeps): LocalStream {
  const { journalDirectory, clock, logger, limits } = deps;
  const settings = streamSettings(limits)[name];
  if (journalDirectory === undefined) {
    const maxBytes = Math.min(settings.maxBytes, MEMORY_BYTES_MAX);
    const lines = createMemoryLineStore();
    return createLocalStream({ name, settings: { ...settings, maxBytes }, lines, clock, logger });
  }
  const lines = createSegmentLineStore({ directory: join(journalDirectory, name), logger });
  return createLocalStream({ name, settings, lines, clock, logger });
}

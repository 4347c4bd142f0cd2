import type { Log } from "@lilux/core/telemetry";
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { StreamName } from "../bus.ts";
import type { StreamSettings } from "../streams.ts";
import { mergeStream, type WantedStream } from "./merge-stream.ts";

const STREAM_NOT_FOUND = 10059;
const NAME_IN_USE = 10058;
const NO_ROOM = 10047;
/** A cluster says the same of room and of too few servers. */
const NO_PEERS = 10005;
/** What a server with little disk is asked for instead. */
const SMALL_SHARE = 1 / 16;

export interface EnsureStreamsDeps {
  manager: JetStreamManager;
  streams: readonly StreamName[];
  settings: Readonly<Record<StreamName, StreamSettings>>;
  replicas: number;
  logger: Log;
  /** Where a stream is larger than ours; empty when it is not. */
  onDiffers(stream: StreamName, differs: readonly string[]): void;
}

/**
 * Creates what streams are missing, and lets those that are there grow to our
 * limits. Nothing is ever taken from one. Only fields every server since 2.9
 * knows are used, so nothing is dropped unseen.
 */
export async function ensureStreams(deps: EnsureStreamsDeps): Promise<void> {
  for (const name of deps.streams) {
    const wanted = streamConfig(name, deps);
    try {
      await ensureStream(name, wanted, deps);
    } catch (error) {
      if (!isApiError(error, NO_ROOM) && !isApiError(error, NO_PEERS)) throw error;
      const maxBytes = Math.floor(deps.settings[name].maxBytes * SMALL_SHARE);
      deps.logger.warn({ stream: name, maxBytes }, "bus server has little room, smaller stream");
      await ensureStream(name, { ...wanted, max_bytes: maxBytes }, deps);
    }
  }
}

async function ensureStream(
  name: StreamName,
  wanted: WantedStream,
  deps: EnsureStreamsDeps,
): Promise<void> {
  const existing = await configOf(wanted, deps.manager);
  if (existing === undefined) {
    deps.onDiffers(name, []);
    return;
  }
  const { update, differs } = mergeStream(existing, wanted);
  if (update !== undefined) await grow(update, existing, deps);
  deps.onDiffers(name, differs);
}

/** The stream's settings; undefined when it was made just now. */
async function configOf(
  wanted: WantedStream,
  manager: JetStreamManager,
): Promise<StreamConfig | undefined> {
  try {
    return (await manager.streams.info(wanted.name)).config;
  } catch (error) {
    if (!isApiError(error, STREAM_NOT_FOUND)) throw error;
  }
  try {
    await manager.streams.add(wanted);
    return undefined;
  } catch (error) {
    // Another one made it in between.
    if (!isApiError(error, NAME_IN_USE)) throw error;
    return (await manager.streams.info(wanted.name)).config;
  }
}

async function grow(
  update: WantedStream,
  existing: StreamConfig,
  { manager, logger }: EnsureStreamsDeps,
): Promise<void> {
  try {
    await manager.streams.update(update.name, update);
  } catch (error) {
    const { num_replicas: copies, max_bytes: bytes, ...rest } = update;
    if (copies === undefined && bytes === undefined) throw error;
    // It goes on with what it has, rather than not at all.
    const has = { copies: existing.num_replicas, bytes: existing.max_bytes };
    logger.warn({ stream: update.name, copies, bytes, has, err: error }, "stream could not grow");
    await manager.streams.update(update.name, rest);
  }
}

function streamConfig(
  name: StreamName,
  { settings: all, replicas }: EnsureStreamsDeps,
): WantedStream {
  const settings = all[name];
  const refuses = settings.full === "refuse";
  return {
    name,
    subjects: settings.subjects,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: refuses ? DiscardPolicy.New : DiscardPolicy.Old,
    discard_new_per_subject: refuses,
    max_age: nanos(settings.maxAgeMs),
    max_bytes: settings.maxBytes,
    max_msgs_per_subject: settings.maxMessagesPerSubject,
    duplicate_window: nanos(settings.duplicateWindowMs),
    num_replicas: replicas,
    allow_direct: true,
  };
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

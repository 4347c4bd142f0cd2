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
import { STREAMS } from "../streams.ts";

const NAME_IN_USE = 10058;
const NO_ROOM = 10047;
/** What a server with little disk is asked for instead. */
const SMALL_SHARE = 1 / 16;

export interface EnsureStreamsDeps {
  manager: JetStreamManager;
  streams: readonly StreamName[];
  replicas: number;
  logger: Log;
}

/**
 * Creates what streams are missing and brings the others to our limits. Only
 * fields every server since 2.9 knows are used, so nothing is dropped unseen.
 */
export async function ensureStreams(deps: EnsureStreamsDeps): Promise<void> {
  for (const name of deps.streams) {
    const wanted = streamConfig(name, deps.replicas);
    try {
      await ensureStream(deps.manager, wanted);
    } catch (error) {
      if (!isApiError(error, NO_ROOM)) throw error;
      const maxBytes = Math.floor(STREAMS[name].maxBytes * SMALL_SHARE);
      deps.logger.warn({ stream: name, maxBytes }, "bus server has little room, smaller stream");
      await ensureStream(deps.manager, { ...wanted, max_bytes: maxBytes });
    }
  }
}

async function ensureStream(manager: JetStreamManager, wanted: WantedStream): Promise<void> {
  try {
    await manager.streams.add(wanted);
  } catch (error) {
    // It is there with other settings.
    if (!isApiError(error, NAME_IN_USE)) throw error;
    await manager.streams.update(wanted.name, wanted);
  }
}

type WantedStream = Partial<StreamConfig> & { name: string };

function streamConfig(name: StreamName, replicas: number): WantedStream {
  const settings = STREAMS[name];
  return {
    name,
    subjects: settings.subjects,
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
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

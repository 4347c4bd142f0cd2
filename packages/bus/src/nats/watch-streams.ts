import type { Log } from "@lilux/core/telemetry";
import { JetStreamApiError, type JetStreamManager } from "@nats-io/jetstream";
import type { StreamName } from "../bus.ts";
import type { StreamTroubles } from "../stream-troubles.ts";
import type { NatsLink } from "./nats-link.ts";

const STREAM_NOT_FOUND = 10059;

export interface WatchStreamsDeps {
  link: NatsLink;
  manager: JetStreamManager;
  streams: readonly StreamName[];
  restoreStreams: () => Promise<void>;
  troubles: StreamTroubles;
  logger: Log;
  everyMs: number;
}

/**
 * Looks now and then whether the streams are there, and makes again what is
 * missing. That is safe: what was acknowledged went with the stream, an empty
 * one acknowledges nothing it does not hold, and without one nothing is taken
 * at all. Returns how to stop.
 */
export function watchStreams(deps: WatchStreamsDeps): () => void {
  const { link, manager, streams, restoreStreams, troubles, logger, everyMs } = deps;
  let looking = false;

  async function look(stream: StreamName): Promise<void> {
    try {
      await manager.streams.info(stream);
      troubles.found(stream, undefined);
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error;
      const isMissing = error.code === STREAM_NOT_FOUND;
      troubles.found(stream, isMissing ? "is missing" : "cannot be used");
      if (!isMissing) throw error;
      logger.error({ stream }, "stream is missing, it is made again");
      await restoreStreams();
      troubles.found(stream, undefined);
    }
  }

  async function lookAtAll(): Promise<void> {
    for (const stream of streams) await look(stream);
  }

  const timer = setInterval(() => {
    if (looking || !link.connected()) return;
    looking = true;
    lookAtAll()
      .catch((error: unknown) => logger.warn({ err: error }, "streams could not be looked at"))
      .finally(() => {
        looking = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

import type { Log } from "@lilux/core/telemetry";
import { JetStreamApiError, type JetStreamManager } from "@nats-io/jetstream";
import type { StreamName } from "../bus.ts";
import type { StreamTroubles } from "../stream-troubles.ts";
import type { NatsLink } from "./nats-link.ts";
import type { StreamShares } from "./stream-shares.ts";
import type { StreamStates } from "./stream-states.ts";

const STREAM_NOT_FOUND = 10059;

export interface WatchStreamsDeps {
  link: NatsLink;
  manager: JetStreamManager;
  streams: readonly StreamName[];
  restoreStreams: () => Promise<void>;
  troubles: StreamTroubles;
  states: StreamStates;
  shares: StreamShares;
  logger: Log;
  everyMs: number;
}

/**
 * Looks now and then whether the streams are there, and makes again what is
 * missing. That is safe: what was acknowledged went with the stream, an empty
 * one acknowledges nothing it does not hold, and without one nothing is taken
 * at all. Resolves after the first look, with how to stop.
 */
export async function watchStreams(deps: WatchStreamsDeps): Promise<() => void> {
  const { link, manager, streams, restoreStreams, troubles, states, shares, logger } = deps;
  let looking = false;

  async function look(stream: StreamName): Promise<void> {
    try {
      const info = await manager.streams.info(stream);
      troubles.found(stream, undefined);
      states.seen(stream, info);
      await shares.look(stream, info);
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

  async function lookNow(): Promise<void> {
    if (looking || !link.connected()) return;
    looking = true;
    try {
      await lookAtAll();
    } catch (error) {
      logger.warn({ err: error }, "streams could not be looked at");
    } finally {
      looking = false;
    }
  }

  await lookNow();
  const timer = setInterval(() => void lookNow(), deps.everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

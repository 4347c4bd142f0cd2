import type { Tls } from "@lilux/certificates";
import { finishWithin, SYSTEM_CLOCK } from "@lilux/core/async";
import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import { BUS_ACCESS, isBusService } from "../access/bus-access.ts";
import type { Bus, StreamName, Subscription } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { DRAIN_MS } from "../drain-ms.ts";
import { createStreamTroubles, type StreamTroubles } from "../stream-troubles.ts";
import { STREAMS, type StreamLimits, streamSettings } from "../streams.ts";
import { toBusError } from "./bus-error.ts";
import { connectToServer } from "./connect-to-server.ts";
import { ensureStreams } from "./ensure-streams.ts";
import { createNatsAppend } from "./nats-append.ts";
import { createNatsConsume, type NatsConsumeDeps } from "./nats-consume.ts";
import { createNatsCoreTraffic, type NatsCoreTraffic } from "./nats-core-traffic.ts";
import { createNatsHeldBytes } from "./nats-held-bytes.ts";
import { createNatsLink } from "./nats-link.ts";
import { createNatsPurge } from "./nats-purge.ts";
import { createNatsRead } from "./nats-read.ts";
import { createReadHeads, type ReadHeads } from "./read-heads.ts";
import { createStreamShares, HEAD_BYTES, type StreamShares } from "./stream-shares.ts";
import { createStreamStates, type StreamStates } from "./stream-states.ts";
import { watchStreams } from "./watch-streams.ts";

export interface NatsBusOptions {
  /** `nats://host:4222`; `tls://` for TLS, user and password or a token in it, several with commas. */
  url: string;
  /** The service's name. One that `BUS_ACCESS` lists creates the streams that it keeps, any other all. */
  name: string;
  /** Who we are to the server; without it, whoever the url says. */
  user?: string | undefined;
  password?: string | undefined;
  /** For a `tls://` url: what we show, and know the server by. */
  tls?: Tls | undefined;
  logger?: Log;
  observe?: ObserveBus;
  /** How long to wait for a server that is not up yet; 15 s unless told. */
  startWithinMs?: number;
  /** Ends that waiting. */
  signal?: AbortSignal | undefined;
  /** Told what is waited for. */
  onWaiting?: ((why: string) => void) | undefined;
  /** 3 s unless told; a server that misses two is left. */
  pingIntervalMs?: number;
  /** Copies of every stream that is made; 3 in a cluster and else 1 unless told. One that has more keeps them. */
  replicas?: number | undefined;
  /** Streams of other bounds than `STREAMS`. */
  limits?: StreamLimits | undefined;
  /** How long `drain` waits for handlers; 5 s unless told. */
  drainWithinMs?: number;
}

const API_MS = 2_000;
/** Copies that survive the loss of any one server. */
const CLUSTERED = 3;
/** How often the server is asked whether it and the streams are still there. */
const PING_MS = 5_000;

/**
 * The bus over NATS and JetStream. Resolves when connected and the streams that
 * it keeps exist; rejects with `bus_unavailable` when that takes longer than
 * `startWithinMs`. From then on it reconnects for ever, and brings streams and
 * consumers back when the server lost them.
 */
export async function connectNatsBus(options: NatsBusOptions): Promise<Bus> {
  const { url, name, startWithinMs = 15_000, pingIntervalMs = 3_000 } = options;
  const endsAt = performance.now() + startWithinMs;
  const { user, password, tls } = options;
  const { signal, onWaiting } = options;
  const waiting = { startWithinMs, signal, onWaiting };
  const address = { url, name, user, password, tls, pingIntervalMs, ...waiting };
  const connection = await connectToServer(address);
  try {
    return await buildBus(connection, options, endsAt);
  } catch (error) {
    await connection.close();
    throw toBusError(error);
  }
}

async function buildBus(
  connection: NatsConnection,
  options: NatsBusOptions,
  endsAt: number,
): Promise<Bus> {
  const { logger = SILENT_LOG, observe = () => undefined } = options;
  const link = createNatsLink({ connection, logger, observe });
  const client = jetstream(connection, { timeout: API_MS });
  // Asking for the account here would fail where JetStream is still starting.
  const manager = await jetstreamManager(connection, { timeout: API_MS, checkAPI: false });
  const streams = streamsKeptBy(options.name);
  const states = createStreamStates(logger);
  const settings = streamSettings(options.limits);
  const replicas = options.replicas ?? (connection.info?.cluster === undefined ? 1 : CLUSTERED);
  const ensuring = { manager, streams, settings, replicas, logger, onDiffers: states.differs };
  const restoreStreams = () => ensureStreams(ensuring);
  await retryUntil(endsAt, restoreStreams, options);
  link.onRestored(() => {
    restoreStreams().catch((error: unknown) => logger.warn({ err: error }, "streams unchecked"));
  });
  const troubles = createStreamTroubles(SYSTEM_CLOCK);
  const readHeads = createReadHeads({ client, manager }, HEAD_BYTES);
  const shares = createStreamShares({ settings, readHeads });
  const { pingIntervalMs: everyMs = PING_MS } = options;
  const told = { link, manager, restoreStreams, troubles, logger, states, shares, readHeads };
  const watch = await watchStreams({ ...told, streams, everyMs });
  const deps = { ...told, client, observe, unwatch: watch };
  const { drainWithinMs = DRAIN_MS } = options;
  return composeBus({ ...deps, drainWithinMs, traffic: createNatsCoreTraffic(deps) });
}

function streamsKeptBy(name: string): readonly StreamName[] {
  return isBusService(name) ? BUS_ACCESS[name].keeps : (Object.keys(STREAMS) as StreamName[]);
}

interface BusParts extends NatsConsumeDeps {
  traffic: NatsCoreTraffic;
  drainWithinMs: number;
  troubles: StreamTroubles;
  states: StreamStates;
  shares: StreamShares;
  readHeads: ReadHeads;
  unwatch: () => void;
}

function composeBus(parts: BusParts): Bus {
  const { link, traffic, troubles, states } = parts;
  const append = createNatsAppend(parts);
  const read = createNatsRead(parts);
  const consume = createNatsConsume(parts);
  const purgeTenant = createNatsPurge(parts);
  const heldBytes = createNatsHeldBytes(parts);
  const consumers = new Set<Subscription>();
  let state: "open" | "draining" | "closed" = "open";
  let draining: Promise<void> | undefined;

  function assertOpen(): void {
    if (state !== "open") throw new LiluxError("bus_unavailable");
  }

  return {
    publish(subject, body, sendOptions = {}) {
      if (state !== "closed") traffic.publish(subject, body, sendOptions);
    },
    subscribe(subject, handler, { queue } = {}) {
      assertOpen();
      return traffic.subscribe(subject, handler, { queue, answers: false });
    },
    request: (subject, body, requestOptions) => traffic.request(subject, body, requestOptions),
    respond(subject, handler, { queue } = {}) {
      assertOpen();
      return traffic.subscribe(subject, handler, { queue, answers: true });
    },
    async append(stream, subject, body, appendOptions) {
      if (state === "closed") throw new LiluxError("bus_unavailable");
      return troubles.watch(stream, () => append(stream, subject, body, appendOptions));
    },
    async consume(stream, handler, consumeOptions) {
      assertOpen();
      const consumer = await consume(stream, handler, consumeOptions);
      consumers.add(consumer);
      return {
        async close() {
          consumers.delete(consumer);
          await consumer.close();
        },
      };
    },
    async read(stream, subject, readOptions) {
      assertOpen();
      return read(stream, subject, readOptions);
    },
    async purgeTenant(tenant, purgeOptions) {
      assertOpen();
      return purgeTenant(tenant, purgeOptions);
    },
    async heldBytes(wanted, heldOptions) {
      assertOpen();
      return heldBytes(wanted, heldOptions);
    },
    connected: () => state === "open" && link.connected(),
    troubles: troubles.all,
    streams: states.all,
    drain() {
      draining ??= drainParts(parts, consumers, () => {
        state = "closed";
      });
      state = state === "open" ? "draining" : state;
      return draining;
    },
  };
}

async function drainParts(
  { link, logger, traffic, drainWithinMs, unwatch }: BusParts,
  consumers: ReadonlySet<Subscription>,
  onDrained: () => void,
): Promise<void> {
  unwatch();
  const consuming = [...consumers].map((consumer) => consumer.close());
  const handlers = Promise.all([...consuming, traffic.close()]);
  const finished = await finishWithin(handlers, drainWithinMs);
  if (!finished) logger.warn({ drainWithinMs }, "bus drained with handlers still running");
  onDrained();
  link.release();
  // A connection that is down has nothing left to send.
  await (link.connected() && finished ? link.connection.drain() : link.connection.close());
}

async function retryUntil(
  endsAt: number,
  work: () => Promise<void>,
  { signal, onWaiting }: Pick<NatsBusOptions, "signal" | "onWaiting">,
): Promise<void> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      signal?.throwIfAborted();
      if (performance.now() >= endsAt) throw error;
      onWaiting?.("nats-server does not make its streams");
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

import { type Clock, finishWithin, SYSTEM_CLOCK } from "@lilux/core/async";
import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { LiluxError } from "@lilux/protocol";
import type { Bus, StreamName } from "../bus.ts";
import type { ObserveBus } from "../bus-event.ts";
import { DRAIN_MS } from "../drain-ms.ts";
import { createStreamTroubles } from "../stream-troubles.ts";
import type { StreamLimits } from "../streams.ts";
import { waitFor } from "../wait-for.ts";
import { createCoreTraffic } from "./core-traffic.ts";
import { diskTrouble } from "./disk-trouble.ts";
import { createLocalStreams } from "./local-streams.ts";

export interface InProcessBusOptions {
  logger?: Log;
  /** Where streams are kept on disk. Without it they live and end with the process. */
  journalDirectory?: string;
  /** The process's unless told. */
  clock?: Pick<Clock, "unix">;
  observe?: ObserveBus;
  /** Streams of other bounds than `STREAMS`. */
  limits?: StreamLimits | undefined;
  /** How long `drain` waits for handlers; 5 s unless told. */
  drainWithinMs?: number;
}

export interface InProcessBus extends Bus {
  /** Resolves when the journals are read; rejects when they cannot be. */
  ready(): Promise<void>;
}

/**
 * The bus of one process. With a journal directory a resolved `append` is on
 * disk (fdatasync) and survives kill -9, and consumers go on where they were.
 * One process at a time may use a journal directory.
 */
export function createInProcessBus(options: InProcessBusOptions = {}): InProcessBus {
  const logger = options.logger ?? SILENT_LOG;
  const observe = options.observe ?? (() => undefined);
  const traffic = createCoreTraffic({ logger, observe });
  const streams = createLocalStreams({
    logger,
    observe,
    clock: options.clock ?? SYSTEM_CLOCK,
    journalDirectory: options.journalDirectory,
    limits: options.limits,
  });
  const troubles = createStreamTroubles(SYSTEM_CLOCK);
  let state: "open" | "draining" | "closed" = "open";
  let draining: Promise<void> | undefined;

  function assertOpen(): void {
    if (state !== "open") throw new LiluxError("bus_unavailable");
  }

  async function stream(name: StreamName) {
    assertOpen();
    return streams.open(name);
  }

  return {
    publish(subject, body, sendOptions = {}) {
      if (state !== "closed") traffic.publish(subject, body, sendOptions);
    },
    subscribe(subject, handler, { queue } = {}) {
      assertOpen();
      return traffic.subscribe(subject, handler, { queue, answers: false });
    },
    async request(subject, body, requestOptions) {
      if (state === "closed") throw new LiluxError("bus_unavailable");
      return traffic.request(subject, body, requestOptions);
    },
    respond(subject, handler, { queue } = {}) {
      assertOpen();
      return traffic.subscribe(subject, handler, { queue, answers: true });
    },
    async append(name, subject, body, appendOptions) {
      if (state === "closed") throw new LiluxError("bus_unavailable");
      const target = await streams.open(name);
      return troubles.watch(name, () => target.append(subject, body, appendOptions));
    },
    async consume(name, handler, { durable, inFlightMax, startAt }) {
      await stream(name);
      const consumer = await streams.consumer(name, durable, startAt);
      return consumer.join(handler, inFlightMax);
    },
    async read(name, subject, readOptions) {
      return (await stream(name)).read(subject, readOptions);
    },
    async purgeTenant(tenant, { deadlineMs, ...wanted }) {
      assertOpen();
      return waitFor(streams.purgeTenant(tenant, wanted), { deadlineMs });
    },
    async heldBytes(wanted, { deadlineMs }) {
      assertOpen();
      return waitFor(streams.heldBytes(wanted), { deadlineMs });
    },
    connected: () => state === "open" && streams.usable(),
    troubles: () => [...troubles.all(), ...diskTrouble(options.journalDirectory)],
    streams: () => streams.states(),
    ready: () => streams.ready(),
    drain() {
      draining ??= (async () => {
        state = "draining";
        const { drainWithinMs = DRAIN_MS } = options;
        const handlers = Promise.all([traffic.close(), streams.closeConsumers()]);
        const finished = await finishWithin(handlers, drainWithinMs);
        if (!finished) logger.warn({ drainWithinMs }, "bus drained with handlers still running");
        await streams.close();
        state = "closed";
      })();
      return draining;
    },
  };
}

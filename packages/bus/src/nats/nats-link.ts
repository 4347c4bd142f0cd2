import type { Log } from "@lilux/core/telemetry";
import { errors, type NatsConnection, type Status } from "@nats-io/transport-node";
import type { ObserveBus } from "../bus-event.ts";

/** The connection, and whether it stands. It reconnects by itself for ever. */
export interface NatsLink {
  readonly connection: NatsConnection;
  connected(): boolean;
  /** Calls back once when the connection goes next; returns how to undo that. */
  onLost(listener: () => void): () => void;
  /** Calls back every time it stands again. */
  onRestored(listener: () => void): () => void;
  /** Its end is wanted from here on, and no news. */
  release(): void;
  /** True as soon as it stands, false when it does not within the time. */
  standsWithin(ms: number): Promise<boolean>;
}

export interface NatsLinkDeps {
  connection: NatsConnection;
  logger: Log;
  observe: ObserveBus;
}

export function createNatsLink({ connection, logger, observe }: NatsLinkDeps): NatsLink {
  const lost = new Set<() => void>();
  const restored = new Set<() => void>();
  let stands = true;
  let released = false;

  /** A denied publish is silent to who sent it: this is the only word of it. */
  function reportError(error: Error): void {
    if (!(error instanceof errors.PermissionViolationError)) {
      logger.error({ err: error }, "bus server reported an error");
      return;
    }
    observe("permission-denied");
    const { operation, subject, queue } = error;
    logger.error(
      { operation, subject, queue },
      "bus server denied this: BUS_ACCESS does not list it",
    );
  }

  function onStatus(status: Status): void {
    switch (status.type) {
      case "disconnect":
      case "close":
        if (!stands) return;
        stands = false;
        callAll(lost);
        if (released) return;
        observe("disconnected");
        logger.warn({ type: status.type }, "bus connection lost");
        return;
      case "reconnect":
        stands = true;
        observe("reconnected");
        logger.info({ server: status.server }, "bus connection restored");
        callAll(restored);
        return;
      case "error":
        reportError(status.error);
        return;
      case "staleConnection":
      case "slowConsumer":
      case "ldm":
        logger.warn({ type: status.type }, "bus connection in trouble");
        return;
      case "reconnecting":
      case "forceReconnect":
      case "ping":
      case "update":
        return;
    }
  }

  // Unread statuses pile up, so this loop runs as long as the connection.
  void (async () => {
    for await (const status of connection.status()) onStatus(status);
  })().catch((error: unknown) => logger.error({ err: error }, "bus status ended"));

  return {
    connection,
    connected: () => stands && !connection.isClosed() && !connection.isDraining(),
    onLost: (listener) => register(lost, listener),
    onRestored: (listener) => register(restored, listener),
    release() {
      released = true;
    },
    standsWithin(ms) {
      if (stands) return Promise.resolve(true);
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const forget = register(restored, () => resolve(true));
      const timer = setTimeout(() => resolve(false), Math.max(0, ms));
      return promise.finally(() => {
        forget();
        clearTimeout(timer);
      });
    },
  };
}

function register(listeners: Set<() => void>, listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function callAll(listeners: ReadonlySet<() => void>): void {
  for (const listener of [...listeners]) listener();
}

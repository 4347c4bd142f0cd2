import type { Client } from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";
import { type Connection, keepConnected } from "./connection.ts";

/** How long a client stays with the addresses that it knows of a name. */
export const RENEW_EVERY_MS = 20_000;
/** So much more or less, that the clients of many processes do not come together. */
const JITTER = 0.1;
/** A new client that is not connected by then is tried again later; the old one goes on. */
const CONNECT_MS = 5_000;

export interface RenewedClient<C> extends Omit<Connection, "close"> {
  /** The client of now; it is closed only after it was given back. */
  borrow(): Disposable & { client: C };
  close(): void;
}

export interface RenewedClientOptions<C> {
  make: () => C;
  peer: string;
  logger: Log;
  everyMs?: number | undefined;
}

interface Held<C> {
  client: C;
  connection: Connection;
  calls: number;
  retired: boolean;
}

/**
 * A client that is made anew now and then. gRPC asks for a name's addresses only
 * when a connection ends, so that a server that was added would never be
 * called. Ending connections by age at the server would fail the calls that
 * are just on their way; here the next client is connected before it takes
 * over, and the one before it is closed when its last call has ended.
 */
export function createRenewedClient<C extends Client>(
  options: RenewedClientOptions<C>,
): RenewedClient<C> {
  const { make, peer, logger, everyMs = RENEW_EVERY_MS } = options;
  const open = new Set<Held<C>>();
  let current = hold();
  let renewing = false;
  let closed = false;

  function hold(): Held<C> {
    const client = make();
    const held = {
      client,
      connection: keepConnected(client, peer, logger),
      calls: 0,
      retired: false,
    };
    open.add(held);
    return held;
  }

  function drop(held: Held<C>): void {
    if (open.delete(held)) held.connection.close();
  }

  function retire(held: Held<C>): void {
    held.retired = true;
    if (held.calls === 0) drop(held);
  }

  function renew(): void {
    if (renewing) return;
    renewing = true;
    const next = hold();
    next.client.waitForReady(Date.now() + CONNECT_MS, (error) => {
      renewing = false;
      if (error !== undefined || closed) return drop(next);
      const before = current;
      current = next;
      retire(before);
    });
  }

  const timer = setInterval(renew, everyMs * (1 - JITTER + 2 * JITTER * Math.random()));
  timer.unref();

  return {
    borrow() {
      const held = current;
      held.calls += 1;
      return {
        client: held.client,
        [Symbol.dispose]() {
          held.calls -= 1;
          if (held.retired && held.calls === 0) drop(held);
        },
      };
    },
    connected: () => current.connection.connected(),
    settled: () => current.connection.settled(),
    close() {
      closed = true;
      clearInterval(timer);
      for (const held of open) drop(held);
    },
  };
}

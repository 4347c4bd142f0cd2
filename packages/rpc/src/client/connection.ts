import { type Client, connectivityState } from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";

export interface Connection {
  /** Whether a call could be sent now. */
  connected(): boolean;
  /**
   * Resolves once a call could be sent, or after as long as a peer that is there
   * needs to be found again: a call of that moment then fails by itself. Never
   * rejects.
   */
  settled(): Promise<void>;
  close(): void;
}

/** The longest backoff between two attempts to connect, and an attempt. */
const SETTLE_MS = 700;

/** Keeps a client connected, from now on and whether or not anybody calls, and logs changes. */
export function keepConnected(client: Client, peer: string, logger: Log): Connection {
  const channel = client.getChannel();
  let closed = false;

  const watch = (): void => {
    if (closed) return;
    const state = channel.getConnectivityState(true);
    channel.watchConnectivityState(state, Number.POSITIVE_INFINITY, () => {
      if (closed) return;
      const now = channel.getConnectivityState(false);
      logger.debug({ peer, state: connectivityState[now] }, "gRPC connection changed");
      watch();
    });
  };
  watch();

  const connected = (): boolean =>
    !closed && channel.getConnectivityState(true) === connectivityState.READY;

  return {
    connected,
    settled: () =>
      new Promise((resolve) => {
        if (closed || connected()) resolve();
        else client.waitForReady(Date.now() + SETTLE_MS, () => resolve());
      }),
    close() {
      closed = true;
      client.close();
    },
  };
}

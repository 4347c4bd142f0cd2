import { type Client, connectivityState } from "@grpc/grpc-js";
import type { Log } from "@lilux/core";

export interface Connection {
  /** Whether a call could be sent now. */
  connected(): boolean;
  close(): void;
}

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

  return {
    connected: () => !closed && channel.getConnectivityState(true) === connectivityState.READY,
    close() {
      closed = true;
      client.close();
    },
  };
}

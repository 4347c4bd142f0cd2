import { LiluxError } from "@lilux/protocol";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";

export interface ServerAddress {
  /** `nats://` or `tls://`, with user and password or token if needed; several with commas. */
  url: string;
  /** Who we are, on the server's pages and in our inboxes. */
  name: string;
  /** How long a start may wait for the server. */
  startWithinMs: number;
  /** How often the server is asked whether it is still there. */
  pingIntervalMs: number;
}

const HANDSHAKE_MS = 2_000;
const RETRY_MS = 200;

/**
 * Connects, trying again until `startWithinMs` has passed: services may start
 * before their bus. Once connected it never gives up, whatever happens to the
 * server. Throws `bus_unavailable`, or `config_invalid` for a url that is none.
 */
export async function connectToServer(address: ServerAddress): Promise<NatsConnection> {
  const options = connectionOptions(address);
  const endsAt = performance.now() + address.startWithinMs;
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      if (performance.now() + RETRY_MS >= endsAt) {
        throw new LiluxError("bus_unavailable", { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

function connectionOptions(address: ServerAddress): NodeConnectionOptions {
  const urls = address.url.split(",").map(parseUrl);
  const token = address.name.replaceAll(/[^A-Za-z0-9_-]/g, "_");
  return {
    servers: urls.map((url) => url.host),
    name: address.name,
    inboxPrefix: `_INBOX_${token}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 200,
    reconnectJitterTLS: 200,
    // Rotated credentials come back too; giving up would need a restart.
    ignoreAuthErrorAbort: true,
    pingInterval: address.pingIntervalMs,
    maxPingOut: 2,
    timeout: HANDSHAKE_MS,
    noAsyncTraces: true,
    ...(urls.some((url) => url.protocol === "tls:") ? { tls: {} } : {}),
    ...credentials(urls[0]),
  };
}

function credentials(url: URL | undefined): Partial<NodeConnectionOptions> {
  if (url === undefined || url.username === "") return {};
  const user = decodeURIComponent(url.username);
  if (url.password === "") return { token: user };
  return { user, pass: decodeURIComponent(url.password) };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
  if (url !== undefined && /^(nats|tls):$/.test(url.protocol) && url.host !== "") return url;
  throw new LiluxError("config_invalid", {
    message: "LILUX_NATS_URL must be like nats://host:4222; several are separated by commas.",
  });
}

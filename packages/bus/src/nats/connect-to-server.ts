import { checkPeer, describeTlsFailure, type Tls } from "@lilux/certificates";
import { LiluxError } from "@lilux/protocol";
import {
  connect,
  errors,
  type NatsConnection,
  type NodeConnectionOptions,
  type TlsOptions,
} from "@nats-io/transport-node";
import { inboxPrefix } from "../access/inbox-prefix.ts";

export interface ServerAddress {
  /** `nats://` or `tls://`, with user and password or token if needed; several with commas. */
  url: string;
  /** Who we are to the server; stands above what the url says. */
  user?: string | undefined;
  password?: string | undefined;
  /** For a `tls://` url: what we show, and know the server by; without it, those whom the system knows. */
  tls?: Tls | undefined;
  /** Who we are, on the server's pages and in our inboxes. */
  name: string;
  /** How long a start may wait for the server. */
  startWithinMs: number;
  /** Ends the waiting. */
  signal?: AbortSignal | undefined;
  /** Told what is waited for, each time that it was not there. */
  onWaiting?: ((why: string) => void) | undefined;
  /** How often the server is asked whether it is still there. */
  pingIntervalMs: number;
}

const HANDSHAKE_MS = 2_000;
const RETRY_MS = 200;

/**
 * Connects, trying again until `startWithinMs` has passed: services may start
 * before their bus. Once connected it never gives up, whatever happens to the
 * server. Throws `bus_unavailable`, or `config_invalid` for a url that is none,
 * for a user whom the server does not know, and for certificates of which one side
 * does not take the other's.
 */
export async function connectToServer(address: ServerAddress): Promise<NatsConnection> {
  const options = connectionOptions(address);
  const endsAt = performance.now() + address.startWithinMs;
  for (;;) {
    try {
      return await connect(options);
    } catch (error) {
      if (error instanceof errors.AuthorizationError) throw refused(address, error);
      const distrust = describeTlsFailure(error) ?? withoutTls(error);
      if (distrust !== undefined) throw untrusted(address, distrust, error);
      address.signal?.throwIfAborted();
      address.onWaiting?.(`nats-server does not answer at ${placesOf(address)}`);
      if (performance.now() + RETRY_MS >= endsAt) {
        throw new LiluxError("bus_unavailable", { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Without users and passwords. */
function placesOf({ url }: ServerAddress): string {
  return url
    .split(",")
    .map((one) => parseUrl(one).host)
    .join(", ");
}

/** What the client library says in words of its own, before it tells the server who we are. */
function withoutTls(error: unknown): string | undefined {
  if (!(error instanceof Error) || !/does not support 'tls'/.test(error.message)) return undefined;
  return "it does not speak TLS: give it certificates, or let LILUX_NATS_URL begin with nats://";
}

function untrusted(address: ServerAddress, why: string, cause: unknown): LiluxError {
  const message = `nats-server at ${placesOf(address)} cannot be spoken to: ${why}.`;
  return new LiluxError("config_invalid", { message, cause });
}

function refused({ user }: ServerAddress, cause: Error): LiluxError {
  const who = user === undefined ? "a connection without a user" : `the user ${user}`;
  const message = `nats-server refuses ${who}. Correct LILUX_NATS_USER and its password.`;
  return new LiluxError("config_invalid", { message, cause });
}

function connectionOptions(address: ServerAddress): NodeConnectionOptions {
  const urls = address.url.split(",").map(parseUrl);
  return {
    servers: urls.map((url) => url.host),
    name: address.name,
    inboxPrefix: inboxPrefix(address.name),
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
    ...(urls.some((url) => url.protocol === "tls:") ? { tls: tlsOptions(address.tls) } : {}),
    ...(address.user === undefined
      ? credentials(urls[0])
      : { user: address.user, pass: address.password ?? "" }),
  };
}

/** Asked for at every connection: certificates that were renewed are then those of the next. */
function tlsOptions(tls: Tls | undefined): TlsOptions {
  if (tls === undefined) return {};
  const checks = { checkServerIdentity: checkPeer("nats") };
  return {
    ...checks,
    get ca() {
      return tls.current().authority;
    },
    get cert() {
      return tls.current().certificate;
    },
    get key() {
      return tls.current().key;
    },
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

import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Tls } from "@lilux/certificates";
import type { Log } from "@lilux/core/telemetry";
import type { Callers } from "../peers/callers.ts";
import { requireCaller } from "../peers/require-caller.ts";
import { SERVER_OPTIONS } from "../wire/channel-options.ts";
import { requireSecret } from "../wire/shared-secret.ts";
import { listenTls, type TlsListener } from "./listen-tls.ts";

export interface RpcServer {
  /** The port it listens on. */
  port: number;
  /** Takes no new calls, lets running ones finish for up to five seconds, closes. */
  close(): Promise<void>;
}

export interface ServeOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  logger: Log;
  /** What every call must bring; without one, whoever reaches the port may call. */
  secret?: string | undefined;
  /** With it only those who show a certificate of our authority are heard. */
  tls?: Tls | undefined;
}

interface Serving {
  definition: ServiceDefinition;
  handlers: UntypedServiceImplementation;
  /** Who may call, where certificates tell. */
  callers: Callers;
}

const CLOSE_DEADLINE_MS = 5_000;

export async function startServer(
  { definition, handlers, callers }: Serving,
  { host, port, logger, secret, tls }: ServeOptions,
): Promise<RpcServer> {
  const interceptors = [
    ...(tls === undefined ? [] : [requireCaller(callers, logger)]),
    ...(secret === undefined ? [] : [requireSecret(secret, logger)]),
  ];
  const server = new Server({ ...SERVER_OPTIONS, interceptors });
  server.addService(definition, handlers);
  const listening =
    tls === undefined
      ? await listenPlainly(server, `${host.includes(":") ? `[${host}]` : host}:${port}`)
      : await listenTls(server, { host, port, tls, logger });
  logger.info({ host, port: listening.port, tls: tls !== undefined }, "gRPC server listens");
  return {
    port: listening.port,
    async close() {
      listening.close();
      await shutDown(server);
    },
  };
}

async function listenPlainly(server: Server, address: string): Promise<TlsListener> {
  return { port: await bind(server, address), close: () => undefined };
}

async function bind(server: Server, address: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) =>
    error === null ? resolve(port) : reject(error),
  );
  return promise;
}

async function shutDown(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => server.forceShutdown(), CLOSE_DEADLINE_MS);
  server.tryShutdown(() => resolve());
  await promise;
  clearTimeout(timer);
}

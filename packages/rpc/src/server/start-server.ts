import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { Log } from "@lilux/core/telemetry";
import { SERVER_OPTIONS } from "../wire/channel-options.ts";
import { requireSecret } from "../wire/shared-secret.ts";

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
}

const CLOSE_DEADLINE_MS = 5_000;

export async function startServer(
  definition: ServiceDefinition,
  handlers: UntypedServiceImplementation,
  { host, port, logger, secret }: ServeOptions,
): Promise<RpcServer> {
  const interceptors = secret === undefined ? [] : [requireSecret(secret, logger)];
  const server = new Server({ ...SERVER_OPTIONS, interceptors });
  server.addService(definition, handlers);
  const bound = await bind(server, `${host.includes(":") ? `[${host}]` : host}:${port}`);
  logger.info({ host, port: bound }, "gRPC server listens");
  return { port: bound, close: () => shutDown(server) };
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

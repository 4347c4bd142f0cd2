import { startServer } from "./start-server.ts";
import type { TestServer } from "./test-server.ts";

export interface NatsServerOptions {
  /** JetStream's files, kept when the server stops. */
  jetStreamDirectory?: string;
  port?: number;
  /** The test will kill or freeze it. */
  owned?: boolean;
}

/** A nats-server with JetStream. */
export function startNatsServer(options: NatsServerOptions = {}): Promise<TestServer> {
  const { jetStreamDirectory, port, owned } = options;
  return startServer("nats", { directory: jetStreamDirectory, port, owned });
}

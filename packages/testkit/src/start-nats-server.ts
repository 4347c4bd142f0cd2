import { startServer } from "./start-server.ts";
import type { TestServer } from "./test-server.ts";

export interface NatsServerOptions {
  /** JetStream's files, kept when the server stops. */
  jetStreamDirectory?: string;
  port?: number;
  /** The test will kill or freeze it. */
  owned?: boolean;
  /** Its configuration beside port and folder: a file of this machine, so the binary is started. */
  configFile?: string;
}

/** A nats-server with JetStream. */
export function startNatsServer(options: NatsServerOptions = {}): Promise<TestServer> {
  const { jetStreamDirectory, port, owned, configFile } = options;
  return startServer("nats", { directory: jetStreamDirectory, port, owned, configFile });
}

import { startServer } from "./start-server.ts";
import type { TestServer } from "./test-server.ts";

/** A redis-server that keeps nothing on disk. */
export function startRedisServer(
  options: { port?: number; owned?: boolean; configFile?: string } = {},
): Promise<TestServer> {
  return startServer("redis", options);
}

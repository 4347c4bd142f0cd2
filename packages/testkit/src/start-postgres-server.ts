import { startServer } from "./start-server.ts";
import type { TestServer } from "./test-server.ts";

/** A Postgres with one empty database. One that the environment named may hold more. */
export function startPostgresServer(
  options: { port?: number; owned?: boolean } = {},
): Promise<TestServer> {
  return startServer("postgres", options);
}

import { onTestFinished } from "vitest";
import { runStrictServer, type StrictServer } from "./run-strict-server.ts";
import type { StrictRules } from "./strict-rules.ts";

export type { StrictServer };

/** A strict server that is closed when the test ends. */
export async function startStrictServer(given: Partial<StrictRules> = {}): Promise<StrictServer> {
  const server = await runStrictServer(given);
  onTestFinished(server.close);
  return server;
}

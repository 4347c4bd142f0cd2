import { serveMcpOverStdio } from "@lilux/gateway";
import { createLogger } from "@lilux/runtime";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { createRestKiwi } from "../rest-kiwi.ts";
import { withInstance } from "./instance.ts";

/**
 * `lilux mcp`: the MCP server over stdin and stdout, for hosts that start their
 * servers. Ends when stdin does. Only the protocol is written to stdout.
 */
export async function mcp({ env }: CommandContext): Promise<number> {
  const logger = createLogger({ service: "mcp", level: "warn", destination: process.stderr });
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  await withInstance(env, (client) =>
    serveMcpOverStdio({
      kiwi: createRestKiwi(client),
      logger,
      input: process.stdin,
      output: process.stdout,
      signal: stopped.signal,
    }),
  );
  // A pipe that its other end keeps open would keep the process, too.
  process.stdin.destroy();
  return EXIT.ok;
}

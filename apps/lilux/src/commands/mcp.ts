import { serveMcpOverStdio } from "@lilux/mcp";
import { createLogger, executeSettings, readSettings } from "@lilux/runtime";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { createRestApprovals } from "../rest-approvals.ts";
import type { RestClient } from "../rest-client.ts";
import { createRestKiwi } from "../rest-kiwi.ts";
import { withInstance } from "./instance.ts";

/**
 * `lilux mcp`: the MCP server over stdin and stdout, for hosts that start their
 * servers. Ends when stdin does. Only the protocol is written to stdout. The
 * host is answered at once; what needs the library waits for the instance.
 */
export async function mcp({ env }: CommandContext): Promise<number> {
  const { executeMsMax } = readSettings(executeSettings, env);
  const logger = createLogger({ service: "mcp", level: "warn", destination: process.stderr });
  const stopped = new AbortController();
  const stop = (): void => stopped.abort();
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  const instance = Promise.withResolvers<RestClient>();
  const served = Promise.withResolvers<void>();
  const held = withInstance(env, (client) => {
    instance.resolve(client);
    return served.promise;
  });
  held.catch(instance.reject);
  instance.promise.catch((error: unknown) => logger.error({ err: error }, "no instance"));
  const client = whenReady(instance.promise);
  // Whoever has no key is on a laptop of their own, and there nobody waits for anybody.
  const approvals = env["LILUX_API_KEY"] === undefined ? undefined : createRestApprovals(client);
  await serveMcpOverStdio({
    kiwi: createRestKiwi(client),
    approvals,
    logger,
    executeMsMax,
    input: process.stdin,
    output: process.stdout,
    signal: stopped.signal,
  });
  served.resolve();
  await held;
  // A pipe that its other end keeps open would keep the process, too.
  process.stdin.destroy();
  return EXIT.ok;
}

function whenReady(client: Promise<RestClient>): RestClient {
  return {
    request: async (request) => (await client).request(request),
    async *stream(request) {
      yield* (await client).stream(request);
    },
    download: async (request) => (await client).download(request),
    isUp: async () => (await client).isUp(),
    readiness: async () => (await client).readiness(),
  };
}

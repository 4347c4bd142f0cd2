import { createInProcessBus } from "@lilux/bus";
import { createGatewayService, DEFAULT_LIMITS } from "@lilux/gateway";
import { DEFAULT_THRESHOLDS } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";
import { WebSocketServer } from "ws";

/**
 * A process that holds sessions and says what they take: the gateway with everything else
 * scripted away, or sockets that answer `hello` and hold nothing. Run with `--expose-gc`.
 */
export type HeldQuestion = { measure: true } | { stop: true };
export type HeldAnswer = { port: number } | { heapBytes: number; rssBytes: number };

const ROOM = 100_000;

async function startGateway(): Promise<number> {
  const bus = createInProcessBus();
  const logger = createLogger({ service: "gateway", level: "error" });
  const limits = {
    ...DEFAULT_LIMITS,
    sessionsMax: ROOM,
    addressSocketsMax: ROOM,
    tenantSessionsMax: ROOM,
    tenantSocketsMax: ROOM,
    tenantRequestsPerSecond: ROOM,
    tenantFramesPerSecond: ROOM,
  };
  const nothing = async () => Promise.reject(new Error("nothing is asked of it"));
  const service = createGatewayService(
    {
      host: "127.0.0.1",
      port: 0,
      apiKeys: [],
      apiKeysFile: undefined,
      operatorKeys: [],
      tenantsDatabaseUrl: undefined,
      plans: {},
      tenantRoot: undefined,
      signInAddresses: "public",
      origins: [],
      sessionSecret: "of one measurement",
      thresholds: DEFAULT_THRESHOLDS,
      terminalDir: undefined,
      limits,
    },
    {
      bus,
      logger,
      listModels: async () => [],
      runTurn: () => {
        throw new Error("no turn is begun");
      },
      kiwi: {
        search: nothing,
        load: nothing,
        discover: nothing,
        listItems: nothing,
        recallRun: nothing,
        readArtifact: nothing,
        secrets: nothing,
        registry: nothing,
        library: nothing,
        execute: () => {
          throw new Error("no call is made");
        },
      },
    },
  );
  await service.start();
  return service.address().port;
}

async function startFloor(): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: false });
  server.on("connection", (socket) => {
    socket.on("message", () => socket.send('{"type":"session-start"}'));
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** What lives, and not what waits to be collected. */
function measure(): { heapBytes: number; rssBytes: number } {
  for (let round = 0; round < 4; round += 1) globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss };
}

process.on("message", (question: HeldQuestion) => {
  if ("stop" in question) process.exit(0);
  process.send?.(measure());
});
process.on("disconnect", () => process.exit(0));
const port = process.argv[2] === "floor" ? await startFloor() : await startGateway();
process.send?.({ port });

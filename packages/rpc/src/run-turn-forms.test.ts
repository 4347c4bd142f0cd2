import { createLogger } from "@lilux/runtime";
import { connectOrchestrator } from "./connect-orchestrator.ts";
import { directOrchestrator } from "./direct-orchestrator.ts";
import { serveOrchestrator } from "./serve-orchestrator.ts";
import { describeRunTurnContract } from "./testing/contract.ts";

const logger = createLogger({ service: "test", level: "silent" });

describeRunTurnContract("direct", async (behind) => ({
  runTurn: directOrchestrator(behind),
  close: async () => {},
}));

describeRunTurnContract("gRPC", async (behind) => {
  const server = await serveOrchestrator({ runTurn: behind, host: "127.0.0.1", port: 0, logger });
  const client = await connectOrchestrator({ address: `127.0.0.1:${server.port}`, logger });
  return {
    runTurn: client.runTurn,
    async close() {
      await client.close();
      await server.close();
    },
  };
});

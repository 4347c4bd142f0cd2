import { SILENT_LOG } from "@lilux/core/telemetry";
import { connectOrchestrator } from "./connect-orchestrator.ts";
import { directOrchestrator } from "./direct-orchestrator.ts";
import { serveOrchestrator } from "./serve-orchestrator.ts";
import { describeRunTurnContract } from "./testing/contract.ts";

describeRunTurnContract("direct", async (behind) => ({
  runTurn: directOrchestrator(behind),
  close: async () => {},
}));

describeRunTurnContract("gRPC", async (behind) => {
  const server = await serveOrchestrator({
    runTurn: behind,
    listModels: async () => [],
    host: "127.0.0.1",
    port: 0,
    logger: SILENT_LOG,
  });
  const client = await connectOrchestrator({
    address: `127.0.0.1:${server.port}`,
    logger: SILENT_LOG,
  });
  return {
    runTurn: client.runTurn,
    async close() {
      await client.close();
      await server.close();
    },
  };
});

import { createInProcessBus } from "@lilux/bus";
import { createGatewayService, gatewayConfig } from "@lilux/gateway";
import { LiluxError } from "@lilux/protocol";
import { createLogger } from "@lilux/runtime";

/** The description of REST as a gateway gives it, of one that is started for it alone and has no neighbours. */
export async function buildOpenApi(): Promise<unknown> {
  const nobody = (): never => {
    throw new LiluxError("internal");
  };
  const gateway = createGatewayService(gatewayConfig({ PORT: "0" }), {
    bus: createInProcessBus(),
    kiwi: {
      search: async () => nobody(),
      load: async () => nobody(),
      execute: nobody,
      discover: async () => nobody(),
      listItems: async () => nobody(),
      recallRun: async () => nobody(),
      readArtifact: async () => nobody(),
      secrets: async () => nobody(),
      registry: async () => nobody(),
      library: async () => nobody(),
    },
    runTurn: nobody,
    listModels: async () => nobody(),
    logger: createLogger({ service: "openapi", level: "silent" }),
  });
  await gateway.start();
  try {
    const answer = await fetch(`http://127.0.0.1:${gateway.address().port}/openapi.json`);
    return await answer.json();
  } finally {
    await gateway.stop(5_000);
  }
}

import { connectNatsBus } from "@lilux/bus";
import { connectKiwi, connectOrchestrator } from "@lilux/rpc";
import { runServiceProcess } from "@lilux/runtime";
import { gatewayConfig } from "./config.ts";
import { createGatewayService } from "./service.ts";

await runServiceProcess({
  name: "gateway",
  config: () => gatewayConfig(process.env),
  async parts({ config, logger, own }) {
    if (config.sessionSecret === undefined) {
      logger.warn(
        "LILUX_SESSION_SECRET is not set: sessions and tickets of this gateway are good at no other, and not after a restart",
      );
    }
    const bus = own(await connectNatsBus({ url: config.natsUrl, name: "gateway", logger }));
    const kiwi = own(await connectKiwi({ address: config.kiwiAddress, logger }));
    const { runTurn } = own(
      await connectOrchestrator({ address: config.orchestratorAddress, logger }),
    );
    return createGatewayService(config, { bus, kiwi, runTurn, logger });
  },
});

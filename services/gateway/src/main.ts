import { connectNatsBus } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { connectKiwi, connectOrchestrator } from "@lilux/rpc";
import { kiwiSecretOf, natsAddress, orchestratorSecretOf, runServiceProcess } from "@lilux/runtime";
import { reloadKeysOnHangup } from "./access/reload-keys-on-hangup.ts";
import { gatewayConfig } from "./config.ts";
import { createGatewayService } from "./service.ts";

await runServiceProcess({
  name: "gateway",
  env: process.env,
  config: () => gatewayConfig(process.env),
  async parts({ config, logger, own, busOptions }) {
    if (config.sessionSecret === undefined) {
      logger.warn(
        "LILUX_SESSION_SECRET is not set: sessions and tickets of this gateway are good at no other, and not after a restart",
      );
    }
    const replicas = config.natsReplicas;
    const nats = { ...natsAddress(config), name: "gateway", replicas, ...busOptions };
    const bus = own(await connectNatsBus(nats));
    const shared = { logger, executeMsMax: config.executeMsMax };
    const tools = { ...shared, address: config.kiwiAddress, secret: kiwiSecretOf(config) };
    const kiwi = own(await connectKiwi(tools));
    const address = config.orchestratorAddress;
    const turns = { ...shared, address, secret: orchestratorSecretOf(config) };
    const { runTurn, listModels } = own(await connectOrchestrator(turns));
    const url = config.tenantsDatabaseUrl;
    const tenantDatabase = url === undefined ? undefined : own(openDatabase(url));
    const parts = { bus, kiwi, runTurn, listModels, logger, tenantDatabase };
    const service = createGatewayService(config, parts);
    reloadKeysOnHangup(service, logger);
    return service;
  },
});

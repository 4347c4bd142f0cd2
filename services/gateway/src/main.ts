import { connectNatsBus, tracedBus } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import {
  connectKiwi,
  connectOrchestrator,
  createSignClaim,
  tracedKiwi,
  tracedRunTurn,
} from "@lilux/rpc";
import {
  claimKeyOf,
  kiwiSecretOf,
  natsAddress,
  orchestratorSecretOf,
  runServiceProcess,
} from "@lilux/runtime";
import { reloadKeysOnHangup } from "./access/reload-keys-on-hangup.ts";
import { gatewayConfig } from "./config.ts";
import { storedFlywheelOf } from "./deletion/stored-flywheel.ts";
import { createGatewayService } from "./service.ts";

await runServiceProcess({
  name: "gateway",
  env: process.env,
  config() {
    const config = gatewayConfig(process.env);
    if (config.tenantsDatabaseUrl === undefined || claimKeyOf(config) !== undefined) return config;
    throw new LiluxError("config_invalid", {
      message:
        "LILUX_TENANTS_DATABASE_URL is set and LILUX_CLAIM_KEY_FILE is not: the tool core could not tell who may do what. Give the gateway the private key, and kiwi and the orchestrator its public half.",
    });
  },
  async parts({ config, logger, own, tls, spans, busOptions }) {
    if (config.sessionSecret === undefined) {
      logger.warn(
        "LILUX_SESSION_SECRET is not set: sessions and tickets of this gateway are good at no other, and not after a restart",
      );
    }
    const replicas = config.natsReplicas;
    const nats = { ...natsAddress(config), tls, name: "gateway", replicas, ...busOptions };
    const bus = tracedBus(own(await connectNatsBus(nats)), spans);
    const key = claimKeyOf(config);
    const signClaim = key === undefined ? undefined : await createSignClaim(key);
    const shared = { logger, tls, signClaim, executeMsMax: config.executeMsMax };
    const tools = { ...shared, address: config.kiwiAddress, secret: kiwiSecretOf(config) };
    const kiwi = tracedKiwi(own(await connectKiwi(tools)), spans, "client");
    const address = config.orchestratorAddress;
    const turns = { ...shared, address, secret: orchestratorSecretOf(config) };
    const orchestrator = own(await connectOrchestrator(turns));
    const runTurn = tracedRunTurn(orchestrator.runTurn, spans, "client");
    const { listModels } = orchestrator;
    const url = config.tenantsDatabaseUrl;
    const tenantDatabase = url === undefined ? undefined : own(openDatabase(url));
    const storedFlywheel = storedFlywheelOf(config);
    const beside = { spans, tenantDatabase, storedFlywheel };
    const parts = { bus, kiwi, runTurn, listModels, logger, ...beside };
    const service = createGatewayService(config, parts);
    reloadKeysOnHangup(service, logger);
    return service;
  },
});

import { connectNatsBus, tracedBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi, createVerifyClaim, tracedKiwi } from "@lilux/rpc";
import {
  claimPublicKeyOf,
  kiwiSecretOf,
  natsAddress,
  redisAddress,
  runServiceProcess,
} from "@lilux/runtime";
import { orchestratorConfig } from "./config.ts";
import { createOrchestratorService } from "./service.ts";

/** A process of its own always serves gRPC; one address fits one host without configuration. */
const LISTEN = { host: "127.0.0.1", port: 7002 };

await runServiceProcess({
  name: "orchestrator",
  env: process.env,
  config() {
    const config = orchestratorConfig(process.env);
    return { ...config, listen: config.listen ?? LISTEN };
  },
  async parts({ config, logger, own, tls, spans, busOptions }) {
    if (config.languageModel === undefined && config.pools === undefined) {
      logger.warn("LILUX_LLM_URL is not set: the built-in model shows results and cannot converse");
    }
    const nats = { ...natsAddress(config), tls, name: "orchestrator", ...busOptions };
    const bus = tracedBus(own(await connectNatsBus(nats)), spans);
    const contextStore = own(
      await connectRedisContextStore({ ...redisAddress(config), tls, logger }),
    );
    const { kiwiAddress: address, executeMsMax } = config;
    const tools = { address, executeMsMax, secret: kiwiSecretOf(config), tls, logger };
    const kiwi = tracedKiwi(own(await connectKiwi(tools)), spans, "client");
    const claimPublicKey = claimPublicKeyOf(config);
    const verifyClaim =
      claimPublicKey === undefined ? undefined : await createVerifyClaim(claimPublicKey);
    const parts = { bus, contextStore, kiwi, logger, spans, tls, verifyClaim };
    return createOrchestratorService(config, parts);
  },
});

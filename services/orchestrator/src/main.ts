import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { runServiceProcess } from "@lilux/runtime";
import { orchestratorConfig } from "./config.ts";
import { createOrchestratorService } from "./service.ts";

/** A process of its own always serves gRPC; one address fits one host without configuration. */
const LISTEN = { host: "127.0.0.1", port: 7002 };

await runServiceProcess({
  name: "orchestrator",
  config() {
    const config = orchestratorConfig(process.env);
    return { ...config, listen: config.listen ?? LISTEN };
  },
  async parts({ config, logger, own }) {
    if (config.languageModel === undefined) {
      logger.warn("LILUX_LLM_URL is not set: the built-in model shows results and cannot converse");
    }
    const bus = own(await connectNatsBus({ url: config.natsUrl, name: "orchestrator", logger }));
    const contextStore = own(await connectRedisContextStore({ url: config.redisUrl, logger }));
    const kiwi = own(await connectKiwi({ address: config.kiwiAddress, logger }));
    return createOrchestratorService(config, { bus, contextStore, kiwi, logger });
  },
});

import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { runServiceProcess } from "@lilux/runtime";
import { orchestratorConfig, orchestratorProcessConfig } from "./config.ts";
import { createOrchestratorService } from "./service.ts";

await runServiceProcess({
  name: "orchestrator",
  config: () => ({ ...orchestratorConfig(process.env), ...orchestratorProcessConfig(process.env) }),
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

import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { createAdminServer, createLogger, runProcess } from "@lilux/runtime";
import { orchestratorConfig, orchestratorProcessConfig } from "./config.ts";
import { createOrchestratorService } from "./service.ts";

const settings = orchestratorProcessConfig(process.env);
const config = { ...orchestratorConfig(process.env), listen: settings.listen };
const logger = createLogger({ service: "orchestrator", level: settings.logLevel });
if (config.languageModel === undefined) {
  logger.warn("LILUX_LLM_URL is not set: the built-in model shows results and cannot converse");
}

const bus = await connectNatsBus({ url: settings.natsUrl, name: "orchestrator", logger });
const contextStore = await connectRedisContextStore({ url: settings.redisUrl, logger });
const kiwi = await connectKiwi({ address: settings.kiwiAddress, logger });
const service = createOrchestratorService(config, { bus, contextStore, kiwi, logger });
const admin = createAdminServer({
  host: settings.adminHost,
  port: settings.adminPort,
  services: [service],
});

await runProcess({
  logger,
  async start() {
    await admin.start();
    await service.start();
  },
  async stop() {
    await service.stop();
    await Promise.all([kiwi.close(), contextStore.close(), bus.drain()]);
    await admin.stop();
  },
});

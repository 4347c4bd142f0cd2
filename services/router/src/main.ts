import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { createAdminServer, createLogger, runProcess } from "@lilux/runtime";
import { routerConfig } from "./config.ts";
import { createRouterService } from "./service.ts";

const config = routerConfig(process.env);
const logger = createLogger({ service: "router", level: config.logLevel });

const bus = await connectNatsBus({ url: config.natsUrl, name: "router", logger });
const contextStore = await connectRedisContextStore({ url: config.redisUrl, logger });
const kiwi = await connectKiwi({ address: config.kiwiAddress, logger });
const service = createRouterService(config, { bus, contextStore, kiwi, logger });
const admin = createAdminServer({
  host: config.adminHost,
  port: config.adminPort,
  services: [service],
});

// A new model is put into the folder, or the folder's link is turned, and the process told.
process.on("SIGHUP", () => {
  service.swapModel(config.modelDirectory).then(
    () => logger.info({ directory: config.modelDirectory }, "model swapped"),
    (error: unknown) => logger.error({ err: error }, "the model stays: the new one cannot be used"),
  );
});
await runProcess({
  logger,
  async start() {
    await admin.start();
    await service.start();
  },
  async stop() {
    await service.stop();
    await Promise.all([bus.drain(), contextStore.close(), kiwi.close()]);
    await admin.stop();
  },
});

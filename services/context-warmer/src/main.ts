import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { createAdminServer, createLifecycle, createLogger, runProcess } from "@lilux/runtime";
import { contextWarmerConfig } from "./config.ts";
import { createContextWarmerService } from "./service.ts";

/** Nobody waits for the warmer, so a slow moment of the store need not cost a context. */
const STORE_DEADLINE_MS = 250;

const config = contextWarmerConfig(process.env);
const settings = config.process;
const logger = createLogger({ service: "context-warmer", level: settings.LILUX_LOG_LEVEL });

const bus = await connectNatsBus({ url: settings.LILUX_NATS_URL, name: "context-warmer", logger });
const contextStore = await connectRedisContextStore({
  url: settings.LILUX_REDIS_URL,
  deadlineMs: STORE_DEADLINE_MS,
  logger,
});
const kiwi = await connectKiwi({ address: settings.LILUX_KIWI_ADDRESS, logger });
const service = createContextWarmerService(config, { bus, contextStore, kiwi, logger });
const { LILUX_ADMIN_HOST: host, LILUX_ADMIN_PORT: port } = settings;
const admin = createAdminServer({ host, port, services: [service] });
const { start, stop } = createLifecycle(
  [
    { name: "bus", stop: () => bus.drain() },
    { name: "context store", stop: () => contextStore.close() },
    { name: "kiwi", stop: () => kiwi.close() },
    { name: "admin", start: () => admin.start(), stop: () => admin.stop() },
    { name: "context-warmer", start: () => service.start(), stop: () => service.stop() },
  ],
  logger,
);
await runProcess({ logger, start, stop });

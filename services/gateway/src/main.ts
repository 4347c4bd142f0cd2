import { connectNatsBus } from "@lilux/bus";
import { connectKiwi, connectOrchestrator } from "@lilux/rpc";
import { createAdminServer, createLogger, runProcess } from "@lilux/runtime";
import { gatewayConfig, gatewayProcessConfig } from "./config.ts";
import { createGatewayService } from "./service.ts";

const config = gatewayConfig(process.env);
const settings = gatewayProcessConfig(process.env);
const logger = createLogger({ service: "gateway", level: settings.LILUX_LOG_LEVEL });
if (config.sessionSecret === undefined) {
  logger.warn(
    "LILUX_SESSION_SECRET is not set: sessions and tickets of this gateway are good at no other, and not after a restart",
  );
}

const bus = await connectNatsBus({ url: settings.LILUX_NATS_URL, name: "gateway", logger });
const kiwi = await connectKiwi({ address: settings.LILUX_KIWI_ADDRESS, logger });
const orchestrator = await connectOrchestrator({
  address: settings.LILUX_ORCHESTRATOR_ADDRESS,
  logger,
});
const service = createGatewayService(config, { bus, kiwi, runTurn: orchestrator.runTurn, logger });
const admin = createAdminServer({
  host: settings.LILUX_ADMIN_HOST,
  port: settings.LILUX_ADMIN_PORT,
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
    await Promise.all([orchestrator.close(), kiwi.close(), bus.drain()]);
    await admin.stop();
  },
});

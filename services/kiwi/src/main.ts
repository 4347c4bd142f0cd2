import { connectNatsBus } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { createAdminServer, createLogger, runProcess } from "@lilux/runtime";
import { kiwiConfig } from "./config.ts";
import { createKiwiService } from "./service.ts";

/** A process of its own always serves gRPC; one address fits one host without configuration. */
const config = kiwiConfig({ LILUX_KIWI_LISTEN: "127.0.0.1:7001", ...process.env });
const logger = createLogger({ service: "kiwi", level: config.logLevel });
const bus = await connectNatsBus({ url: config.natsUrl, name: "kiwi", logger });
const { databaseUrl } = config;
const database = databaseUrl === undefined ? undefined : openDatabase(databaseUrl);
const kiwi = createKiwiService(config, { bus, logger, database });
const { adminHost: host, adminPort: port } = config;
const admin = createAdminServer({ host, port, services: [kiwi] });

await runProcess({
  logger,
  async start() {
    await admin.start();
    await kiwi.start();
    logger.info({ port: kiwi.port(), adminPort: admin.port() }, "kiwi is ready");
  },
  async stop() {
    await kiwi.stop();
    await admin.stop();
    await database?.close();
    await bus.drain();
  },
});

import { connectNatsBus } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import { natsAddress, runServiceProcess } from "@lilux/runtime";
import { flywheelConfig } from "./config.ts";
import { createFlywheelService } from "./service.ts";

await runServiceProcess({
  name: "flywheel",
  env: process.env,
  config() {
    const config = flywheelConfig(process.env);
    const { flywheelDatabaseUrl } = config;
    if (flywheelDatabaseUrl !== undefined) return { ...config, flywheelDatabaseUrl };
    throw new LiluxError("config_invalid", {
      message: "LILUX_FLYWHEEL_DATABASE_URL is missing: give it postgres://… or a folder.",
    });
  },
  async parts({ config, logger, own, tls, busOptions }) {
    const nats = { ...natsAddress(config), tls, name: "flywheel", ...busOptions };
    const bus = own(await connectNatsBus(nats));
    const database = own(openDatabase(config.flywheelDatabaseUrl));
    return createFlywheelService(config, { bus, database, logger });
  },
});

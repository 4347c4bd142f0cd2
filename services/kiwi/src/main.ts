import { connectNatsBus } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { runServiceProcess } from "@lilux/runtime";
import { kiwiConfig } from "./config.ts";
import { createKiwiService } from "./service.ts";

await runServiceProcess({
  name: "kiwi",
  /** A process of its own always serves gRPC; one address fits one host without configuration. */
  config: () => kiwiConfig({ LILUX_KIWI_LISTEN: "127.0.0.1:7001", ...process.env }),
  async parts({ config, logger, own }) {
    const { databaseUrl } = config;
    const bus = own(await connectNatsBus({ url: config.natsUrl, name: "kiwi", logger }));
    const database = databaseUrl === undefined ? undefined : own(openDatabase(databaseUrl));
    return createKiwiService(config, { bus, logger, database });
  },
});

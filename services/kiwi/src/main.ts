import { connectNatsBus, tracedBus } from "@lilux/bus";
import { openDatabase } from "@lilux/database";
import { createVerifyClaim } from "@lilux/rpc";
import { claimPublicKeyOf, natsAddress, runServiceProcess } from "@lilux/runtime";
import { kiwiConfig } from "./config.ts";
import { createKiwiService } from "./service.ts";

/** A process of its own always serves gRPC; one address fits one host without configuration. */
const LISTEN = { host: "127.0.0.1", port: 7001 };

await runServiceProcess({
  name: "kiwi",
  env: process.env,
  config() {
    const config = kiwiConfig(process.env);
    return { ...config, listen: config.listen ?? LISTEN };
  },
  async parts({ config, logger, own, tls, spans, busOptions }) {
    const { databaseUrl } = config;
    const nats = { ...natsAddress(config), tls, name: "kiwi", ...busOptions };
    const bus = tracedBus(own(await connectNatsBus(nats)), spans);
    const database = databaseUrl === undefined ? undefined : own(openDatabase(databaseUrl));
    const claimPublicKey = claimPublicKeyOf(config);
    const verifyClaim =
      claimPublicKey === undefined ? undefined : await createVerifyClaim(claimPublicKey);
    return createKiwiService(config, { bus, logger, spans, database, tls, verifyClaim });
  },
});

import { connectNatsBus, tracedBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi, tracedKiwi } from "@lilux/rpc";
import { kiwiSecretOf, natsAddress, redisAddress, runServiceProcess } from "@lilux/runtime";
import { contextWarmerConfig } from "./config.ts";
import { createContextWarmerService } from "./service.ts";

/** Nobody waits for the warmer, so a slow moment of the store need not cost a context. */
const STORE_DEADLINE_MS = 250;

await runServiceProcess({
  name: "context-warmer",
  env: process.env,
  config: () => contextWarmerConfig(process.env),
  async parts({ config, logger, own, tls, spans, busOptions }) {
    const nats = { ...natsAddress(config), tls, name: "context-warmer", ...busOptions };
    const bus = tracedBus(own(await connectNatsBus(nats)), spans);
    const store = { ...redisAddress(config), tls, deadlineMs: STORE_DEADLINE_MS, logger };
    const contextStore = own(await connectRedisContextStore(store));
    const tools = { address: config.kiwiAddress, secret: kiwiSecretOf(config), tls, logger };
    const kiwi = tracedKiwi(own(await connectKiwi(tools)), spans, "client");
    return createContextWarmerService(config, { bus, contextStore, kiwi, logger });
  },
});

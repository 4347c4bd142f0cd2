import { connectNatsBus, tracedBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi, tracedKiwi } from "@lilux/rpc";
import { kiwiSecretOf, natsAddress, redisAddress, runServiceProcess } from "@lilux/runtime";
import { routerConfig } from "./config.ts";
import { swapModelOnHangup } from "./predict/swap-on-hangup.ts";
import { createRouterService } from "./service.ts";

await runServiceProcess({
  name: "router",
  env: process.env,
  config: () => routerConfig(process.env),
  async parts({ config, logger, own, tls, spans, busOptions }) {
    const nats = { ...natsAddress(config), tls, name: "router", ...busOptions };
    const bus = tracedBus(own(await connectNatsBus(nats)), spans);
    const contextStore = own(
      await connectRedisContextStore({ ...redisAddress(config), tls, logger }),
    );
    const tools = { address: config.kiwiAddress, secret: kiwiSecretOf(config), tls, logger };
    const kiwi = tracedKiwi(own(await connectKiwi(tools)), spans, "client");
    const service = createRouterService(config, { bus, contextStore, kiwi, logger, spans });
    swapModelOnHangup(service, config.modelDirectory, logger);
    return service;
  },
});

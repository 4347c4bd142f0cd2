import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { kiwiSecretOf, natsAddress, redisAddress, runServiceProcess } from "@lilux/runtime";
import { routerConfig } from "./config.ts";
import { swapModelOnHangup } from "./predict/swap-on-hangup.ts";
import { createRouterService } from "./service.ts";

await runServiceProcess({
  name: "router",
  env: process.env,
  config: () => routerConfig(process.env),
  async parts({ config, logger, own, tls, busOptions }) {
    const nats = { ...natsAddress(config), tls, name: "router", ...busOptions };
    const bus = own(await connectNatsBus(nats));
    const contextStore = own(
      await connectRedisContextStore({ ...redisAddress(config), tls, logger }),
    );
    const tools = { address: config.kiwiAddress, secret: kiwiSecretOf(config), tls, logger };
    const kiwi = own(await connectKiwi(tools));
    const service = createRouterService(config, { bus, contextStore, kiwi, logger });
    swapModelOnHangup(service, config.modelDirectory, logger);
    return service;
  },
});

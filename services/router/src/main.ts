import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { runServiceProcess } from "@lilux/runtime";
import { routerConfig } from "./config.ts";
import { swapModelOnHangup } from "./predict/swap-on-hangup.ts";
import { createRouterService } from "./service.ts";

await runServiceProcess({
  name: "router",
  config: () => routerConfig(process.env),
  async parts({ config, logger, own }) {
    const bus = own(await connectNatsBus({ url: config.natsUrl, name: "router", logger }));
    const contextStore = own(await connectRedisContextStore({ url: config.redisUrl, logger }));
    const kiwi = own(await connectKiwi({ address: config.kiwiAddress, logger }));
    const service = createRouterService(config, { bus, contextStore, kiwi, logger });
    swapModelOnHangup(service, config.modelDirectory, logger);
    return service;
  },
});

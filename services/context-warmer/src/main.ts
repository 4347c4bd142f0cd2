import { connectNatsBus } from "@lilux/bus";
import { connectRedisContextStore } from "@lilux/context-store";
import { connectKiwi } from "@lilux/rpc";
import { runServiceProcess } from "@lilux/runtime";
import { contextWarmerConfig } from "./config.ts";
import { createContextWarmerService } from "./service.ts";

/** Nobody waits for the warmer, so a slow moment of the store need not cost a context. */
const STORE_DEADLINE_MS = 250;

await runServiceProcess({
  name: "context-warmer",
  config: () => contextWarmerConfig(process.env),
  async parts({ config, logger, own }) {
    const bus = own(await connectNatsBus({ url: config.natsUrl, name: "context-warmer", logger }));
    const store = { url: config.redisUrl, deadlineMs: STORE_DEADLINE_MS, logger };
    const contextStore = own(await connectRedisContextStore(store));
    const kiwi = own(await connectKiwi({ address: config.kiwiAddress, logger }));
    return createContextWarmerService(config, { bus, contextStore, kiwi, logger });
  },
});

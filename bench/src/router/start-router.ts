import { join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import type { ItemSummary } from "@lilux/protocol";
import { createRouterService, type RouterService, routerConfig } from "@lilux/router";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";

const MODEL = join(import.meta.dirname, "..", "..", "..", "models", "router-encoder");
const TENANT = "local";
const SETTLE_MS = 100;

export interface StartedRouter {
  service: RouterService;
  /** From the first listing until every item was embedded. */
  embedMs: number;
}

/** The router service over a library held in memory; nothing travels, so that only the router is timed. */
export async function startRouter(
  items: ItemSummary[],
  { workers, cacheDirectory }: { workers: number; cacheDirectory?: string },
): Promise<StartedRouter> {
  const service = createRouterService(
    routerConfig({
      LILUX_MODEL_DIR: MODEL,
      LILUX_ROUTER_WORKERS: String(workers),
      ...(cacheDirectory === undefined ? {} : { LILUX_EMBEDDINGS_DIR: cacheDirectory }),
    }),
    {
      bus: createInProcessBus(),
      contextStore: createInMemoryContextStore(),
      logger: createLogger({ service: "bench", level: "error" }),
      kiwi: { listItems: async () => ({ version: "bench", items, broken: [] }) },
    },
  );
  const startedAt = performance.now();
  await service.start();
  while (await isLoading(service)) await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  return { service, embedMs: performance.now() - startedAt };
}

async function isLoading(service: RouterService): Promise<boolean> {
  const request = { tenant: testTenant(TENANT), sessionId: "settle", seq: 0, text: "settle" };
  const prediction = await service.predict(request).catch(() => undefined);
  return prediction === undefined || prediction.degraded !== undefined;
}

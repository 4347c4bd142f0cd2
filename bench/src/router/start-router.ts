import { join } from "node:path";
import type { ItemSummary } from "@lilux/protocol";
import {
  createRouterService,
  type RouterDeps,
  type RouterService,
  routerConfig,
} from "@lilux/router";
import { createLogger } from "@lilux/runtime";

const MODEL = join(import.meta.dirname, "..", "..", "..", "models", "router-encoder");
const TENANT = "local";
const SETTLE_MS = 100;

export interface StartedRouter {
  service: RouterService;
  /** From the first listing until every item was embedded. */
  embedMs: number;
}

/** The router service over a library held in memory, without bus and store: those are the floor's. */
export async function startRouter(
  items: ItemSummary[],
  { workers, cacheDirectory }: { workers: number; cacheDirectory?: string },
): Promise<StartedRouter> {
  const nothing = { close: async () => undefined };
  const bus = {
    respond: () => nothing,
    subscribe: () => nothing,
    connected: () => true,
  } as unknown as RouterDeps["bus"];
  const contextStore = {
    get: async () => ({ state: "missing" }),
    connected: () => true,
  } as unknown as RouterDeps["contextStore"];
  const service = createRouterService(
    routerConfig({
      LILUX_MODEL_DIR: MODEL,
      LILUX_ROUTER_WORKERS: String(workers),
      ...(cacheDirectory === undefined ? {} : { LILUX_EMBEDDINGS_DIR: cacheDirectory }),
    }),
    {
      bus,
      contextStore,
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
  const request = { tenant: TENANT, sessionId: "settle", seq: 0, text: "settle" };
  const prediction = await service.predict(request).catch(() => undefined);
  return prediction === undefined || prediction.degraded !== undefined;
}

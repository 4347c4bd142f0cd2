import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as immediate } from "node:timers/promises";
import { createInProcessBus } from "@lilux/bus";
import { type ContextStore, createInMemoryContextStore } from "@lilux/context-store";
import {
  type ContextWarmerService,
  contextWarmerConfig,
  createContextWarmerService,
} from "@lilux/context-warmer";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import type { LikelyNext } from "@lilux/core/warming";
import { createKiwiService, kiwiConfig } from "@lilux/kiwi";
import { createRouterService, type RouterService, routerConfig } from "@lilux/router";
import { createLogger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import type { WarmItem } from "./warm-session.ts";
import { writeWarmLibrary } from "./write-warm-library.ts";

const MODEL = join(import.meta.dirname, "..", "..", "..", "models", "router-encoder");
const SETTLE_MS = 100;
export const TENANT = "local";

/** The services that warming goes through, over files, in one process. */
export interface WarmServices {
  bus: ReturnType<typeof createInProcessBus>;
  store: ContextStore;
  router: RouterService;
  warmer: ContextWarmerService;
  clock: PausingClock;
  /** Resolves when the warmer has taken in so many turns and ends since the start. */
  taken(turns: number, ends: number): Promise<void>;
  stop(): Promise<void>;
}

/** Real time, in which a pause can be skipped. */
export interface PausingClock extends Clock {
  skip(ms: number): void;
}

export interface WarmServicesOptions {
  items: readonly WarmItem[];
  /** Whether what followed what is learnt. */
  learns: boolean;
  cacheDirectory: string;
  likelyNext: LikelyNext;
}

export async function startWarmServices(options: WarmServicesOptions): Promise<WarmServices> {
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-warm-"));
  writeWarmLibrary(directory, options.items);
  const clock = createPausingClock();
  const logger = createLogger({ service: "bench", level: "error" });
  const bus = createInProcessBus({ clock });
  const store = createInMemoryContextStore({ clock });
  const env = {
    LILUX_PROJECT: directory,
    LILUX_USER_HOME: join(directory, "home"),
    LILUX_MODEL_DIR: MODEL,
    LILUX_ROUTER_WORKERS: "1",
    LILUX_ROUTER_QUEUE_WAIT_MS: "10000",
    LILUX_ROUTER_DEADLINE_MS: "10000",
    LILUX_ROUTER_CONTEXT_WAIT_MS: "1000",
    LILUX_WARMER_DISCOVER_MS: "10000",
    LILUX_LEARN: options.learns ? "local" : "none",
    LILUX_EMBEDDINGS_DIR: options.cacheDirectory,
  };
  const kiwi = createKiwiService(kiwiConfig(env), { bus, logger, clock });
  const shared = { bus, contextStore: store, kiwi: kiwi.api, logger, clock };
  // Lines are learnt from as well where people agreed to it; here only the warmer's part is measured.
  const router = createRouterService(routerConfig({ ...env, LILUX_LEARN: "none" }), shared);
  const warmer = createContextWarmerService(contextWarmerConfig(env), {
    ...shared,
    likelyNext: options.likelyNext,
  });
  for (const service of [kiwi, router, warmer]) await service.start();
  await isEmbedded(router);
  while (
    (await kiwi.api.discover({ tenant: testTenant(TENANT), text: "settle", limit: 1 })).meaning !==
    "used"
  ) {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
  return {
    bus,
    store,
    router,
    warmer,
    clock,
    async taken(turns, ends) {
      const wanted = [
        ["turns_consumed", turns],
        ["ends_consumed", ends],
      ] as const;
      for (const [what, count] of wanted) {
        while ((await countOf(warmer, what)) < count) await immediate();
      }
      // The router hears of it after the store was written.
      for (let round = 0; round < 5; round += 1) await immediate();
    },
    async stop() {
      for (const service of [warmer, router, kiwi]) await service.stop();
      await store.close();
      await bus.drain();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function countOf(warmer: ContextWarmerService, what: string): Promise<number> {
  const metric = await warmer.registry.getSingleMetric(`lilux_context_warmer_${what}_total`)?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}

async function isEmbedded(router: RouterService): Promise<void> {
  for (;;) {
    const request = { tenant: testTenant(TENANT), sessionId: "settle", seq: 0, text: "settle" };
    const prediction = await router.predict(request).catch(() => undefined);
    if (prediction !== undefined && prediction.degraded === undefined) return;
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  }
}

function createPausingClock(): PausingClock {
  let skipped = 0;
  return {
    unix: () => SYSTEM_CLOCK.unix() + skipped,
    monotonic: () => SYSTEM_CLOCK.monotonic() + skipped,
    sleep: SYSTEM_CLOCK.sleep,
    skip(ms) {
      skipped += ms;
    },
  };
}

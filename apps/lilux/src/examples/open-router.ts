import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { LiluxError, LOCAL_TENANT, type Prediction } from "@lilux/protocol";
import { createRouterService, routerConfig } from "@lilux/router";
import { CHECKOUT } from "../checkout.ts";
import type { Stage } from "./open-stage.ts";

/** The real router over a stage's library. */
export interface StageRouter {
  predict(text: string, history: readonly string[]): Promise<Prediction>;
  close(): Promise<void>;
}

const SETTLE_MS = 100;
const READY_WITHIN_MS = 120_000;
/** As many as a model is told of, and two that might have led. */
const CANDIDATES_MAX = 5;

/** Ready when it has read the whole library. */
export async function openRouter({ bus, store, kiwi, logger }: Stage): Promise<StageRouter> {
  const env = {
    LILUX_MODEL_DIR: join(CHECKOUT, "models", "router-encoder"),
    LILUX_ROUTER_WORKERS: "1",
    LILUX_ROUTER_QUEUE_WAIT_MS: "10000",
    LILUX_ROUTER_DEADLINE_MS: "10000",
    LILUX_LEARN: "none",
    LILUX_EMBEDDINGS_DIR: join(CHECKOUT, ".lilux", "embeddings"),
  };
  const router = createRouterService(routerConfig(env), { bus, contextStore: store, kiwi, logger });
  await router.start();
  const predict = (text: string, history: readonly string[]): Promise<Prediction> =>
    router.predict({
      tenant: LOCAL_TENANT,
      sessionId: "capture",
      seq: 0,
      text,
      history: [...history],
      withinMs: 10_000,
    });
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  const isReady = async (): Promise<boolean> => {
    const told = await predict("settle", []).catch(() => undefined);
    if (told === undefined || told.degraded !== undefined) return false;
    return (
      (await kiwi.discover({ tenant: LOCAL_TENANT, text: "settle", limit: 1 })).meaning === "used"
    );
  };
  while (!(await isReady())) {
    if (performance.now() > giveUpAt) throw new LiluxError("router_unavailable");
    await wait(SETTLE_MS);
  }
  return {
    async predict(text, history) {
      const { matches: _, candidates, ...told } = await predict(text, history);
      return {
        ...told,
        predictionId: "captured",
        routeMs: 0,
        candidates: candidates.slice(0, CANDIDATES_MAX),
      };
    },
    close: () => router.stop(),
  };
}

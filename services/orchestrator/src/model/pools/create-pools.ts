import type { Clock } from "@lilux/core/async";
import type { Logger } from "@lilux/runtime";
import type { OrchestratorConfig } from "../../config.ts";
import type { OrchestratorMetrics } from "../../metrics.ts";
import type { LanguageModel } from "../language-model.ts";
import { observeModel } from "../observe-model.ts";
import { modelOfServer } from "../openai/create-openai-model.ts";
import { createModelServer } from "../openai/model-server.ts";
import { createPool, type Pool, type PoolTiming } from "./pool.ts";
import { poolsOf } from "./pool-settings.ts";

export interface CreatePoolsDeps {
  logger: Logger;
  clock: Clock;
  metrics: OrchestratorMetrics;
  model?: LanguageModel;
  poolTiming?: Partial<PoolTiming>;
}

/** The pools a configuration names; none where a model was handed over, or nothing is configured. */
export function createPools(
  config: OrchestratorConfig,
  { logger, clock, metrics, model, poolTiming: timing = {} }: CreatePoolsDeps,
): Pool[] {
  if (model !== undefined) return [];
  return poolsOf(config).map((settings) => {
    // What is somebody else's learns no names of ours.
    const tellsOrigin = settings.tier !== "cloud";
    const server = createModelServer({ tellsOrigin, ...settings }, logger);
    const observed = observeModel(modelOfServer(server), { metrics, logger });
    return createPool({ settings, server, model: observed, clock, logger, timing });
  });
}

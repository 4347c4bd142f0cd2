import type { ContextStore } from "@lilux/context-store";
import type { Clock } from "@lilux/core/async";
import type { Weights } from "@lilux/core/fairness";
import type { Spans } from "@lilux/core/telemetry";
import type { Logger } from "@lilux/runtime";
import type { OrchestratorConfig } from "../../config.ts";
import type { OrchestratorMetrics } from "../../metrics.ts";
import { admissionMetrics, refusedMetrics, usedMetrics } from "../admission/admission-metrics.ts";
import { admittedModel } from "../admission/admitted-model.ts";
import { createAdmission } from "../admission/create-admission.ts";
import { createSpendingBook } from "../admission/spending-book.ts";
import type { LanguageModel } from "../language-model.ts";
import { observeModel } from "../observe-model.ts";
import { modelOfServer } from "../openai/create-openai-model.ts";
import { createModelServer } from "../openai/model-server.ts";
import { TOKENS_MAX } from "../openai/openai-settings.ts";
import { tracedModel } from "../traced-model.ts";
import { createPool, type Pool, type PoolTiming } from "./pool.ts";
import { poolsOf, RUNNING_MAX } from "./pool-settings.ts";

export interface CreatePoolsDeps {
  contextStore: ContextStore;
  logger: Logger;
  clock: Clock;
  metrics: OrchestratorMetrics;
  spans: Spans;
  model?: LanguageModel;
  poolTiming?: Partial<PoolTiming>;
  weights: Pick<Weights, "of">;
}

/** The pools a configuration names; none where a model was handed over, or nothing is configured. */
export function createPools(
  config: OrchestratorConfig,
  {
    contextStore,
    logger,
    clock,
    metrics,
    spans,
    model,
    weights,
    poolTiming: timing = {},
  }: CreatePoolsDeps,
): Pool[] {
  if (model !== undefined) return [];
  const spending = createSpendingBook({ store: contextStore, clock, logger });
  const limits = config.modelLimits ?? {};
  const onUsed = usedMetrics(metrics);
  return poolsOf(config).map((settings) => {
    // What is somebody else's learns no names of ours.
    const tellsOrigin = settings.tier !== "cloud";
    const server = createModelServer({ tellsOrigin, ...settings }, logger);
    const { name, prices, running = RUNNING_MAX, tokensMax = TOKENS_MAX } = settings;
    const traced = tracedModel(modelOfServer(server), { spans, pool: settings.name });
    const observed = observeModel(traced, { metrics, logger });
    const admission = createAdmission({
      runningMax: running,
      clock,
      ...admissionMetrics(metrics, name),
    });
    const onRefused = refusedMetrics({ metrics, logger }, name);
    const counted = { onUsed, onRefused, weights };
    const entered = { admission, spending, limits, prices, tokensMax, clock, ...counted };
    const admitted = admittedModel(observed, entered);
    return createPool({ settings, server, model: admitted, clock, logger, timing });
  });
}

import type { DeploymentBook } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { Logger } from "@lilux/runtime";
import type { OrchestratorConfig } from "../config.ts";
import type { OrchestratorMetrics } from "../metrics.ts";
import { createBuiltInModel } from "./built-in/create-built-in-model.ts";
import { createDecidingModel } from "./built-in/create-deciding-model.ts";
import { createTalkingModel } from "./built-in/create-talking-model.ts";
import { deployedName } from "./deployed/deployed-name.ts";
import type { LanguageModel } from "./language-model.ts";
import { observeModel } from "./observe-model.ts";
import { MODEL_DEADLINES } from "./openai/openai-settings.ts";
import { createPooledModel } from "./pools/create-pooled-model.ts";
import type { Pool } from "./pools/pool.ts";
import { poolsOf } from "./pools/pool-settings.ts";
import { createRetryBudget, HEDGES } from "./pools/retry-budget.ts";
import type { PooledModelDeps } from "./pools/turn-state.ts";

interface ModelParts {
  config: OrchestratorConfig;
  given: LanguageModel | undefined;
  book: DeploymentBook;
  clock: Clock;
  metrics: OrchestratorMetrics;
  logger: Logger;
}

/** The pools as one model; without any the one that was handed over, or the built-in one. */
export function modelOf(
  { pools, locals }: { pools: readonly Pool[]; locals: readonly Pool[] },
  { config, given, book, clock, metrics, logger }: ModelParts,
): LanguageModel {
  const plain = createBuiltInModel({ isAlone: pools.length === 0 });
  const builtIn = pools.length === 0 ? observeModel(given ?? plain, { metrics, logger }) : plain;
  const shared = {
    clock,
    firstTokenMs: firstTokenMs(config),
    hedges: createRetryBudget(HEDGES),
    onHedge: (outcome: "won" | "lost" | "failed") => metrics.hedges.inc({ outcome }),
  };
  const lastResort = locals.length === 0 ? builtIn : withLocal(config, { shared, locals, builtIn });
  if (pools.length === 0) return lastResort;
  return createPooledModel({
    ...shared,
    pools,
    lastResort,
    deployed: (turn) => deployedName(book.of(turn.tenant), turn),
  });
}

/** The built-in model, with the part of its work that the small model beside it is fit for. */
function withLocal(
  { local }: OrchestratorConfig,
  parts: {
    shared: Omit<PooledModelDeps, "pools" | "lastResort">;
    locals: readonly Pool[];
    builtIn: LanguageModel;
  },
): LanguageModel {
  const { shared, locals, builtIn } = parts;
  // It is there, and may be silent: whoever stands in says that, and not that there is none.
  const standIn = createBuiltInModel({ isAlone: false });
  const small = createPooledModel({ ...shared, pools: locals, lastResort: standIn });
  return local?.role === "decide"
    ? createDecidingModel({ builtIn, decider: small, standIn })
    : createTalkingModel({ builtIn, talker: small });
}

function firstTokenMs(config: OrchestratorConfig): number {
  const [first] = poolsOf(config);
  return first?.deadlines?.firstTokenMs ?? MODEL_DEADLINES.firstTokenMs;
}

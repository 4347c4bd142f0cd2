import { type Bus, createStreamTail, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { Weights } from "@lilux/core/fairness";
import type { Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { RouterConfig } from "../config.ts";
import { createEmbeddingCache, NO_EMBEDDING_CACHE } from "../library/embedding-cache.ts";
import { createLibraries } from "../library/libraries.ts";
import { createEncoderModel } from "../model/create-encoder-model.ts";
import { modelKeyOf } from "../model/model-manifest.ts";
import type { RouterModel } from "../model/router-model.ts";
import type { PoolObserver } from "../model/worker-pool.ts";
import { createEngine, type Engine } from "./engine.ts";

/** Opens the model of a folder. */
export type OpenModel = (directory: string, observer: PoolObserver) => Promise<RouterModel>;

export interface EngineDeps {
  bus: Pick<Bus, "read">;
  kiwi: Pick<KiwiApi, "listItems">;
  logger: Logger;
  observer: PoolObserver;
  clock: Clock;
  openModel: OpenModel | undefined;
  weights: Pick<Weights, "of">;
}

const LIST_DEADLINE_MS = 10_000;
const LIBRARY_REFRESH_MS = 5 * 60_000;
/** As many as the stream keeps of a tenant. */
const TAUGHT_MAX = 20_000;
const TAUGHT_DEADLINE_MS = 5_000;

/** Opens a model with libraries of its own. Rejects with `model_invalid` when it cannot be used. */
export async function openEngine(
  directory: string,
  config: RouterConfig,
  deps: EngineDeps,
): Promise<Engine> {
  const model = await openModel(directory, config, deps);
  try {
    const { bus, kiwi, logger, clock } = deps;
    const { tenantsMax, itemsMax } = config;
    const libraries = createLibraries(
      { tenantsMax, itemsMax, listDeadlineMs: LIST_DEADLINE_MS, refreshMs: LIBRARY_REFRESH_MS },
      { kiwi, model, logger, clock, cache: cacheOf(model, config), taught },
    );
    return createEngine(model, libraries);

    function taught(tenant: Tenant) {
      return createStreamTail(bus, {
        stream: "PHRASINGS",
        subject: subjects.phrasing(tenant),
        messagesMax: TAUGHT_MAX,
        deadlineMs: TAUGHT_DEADLINE_MS,
      });
    }
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Closes an engine that is in nobody's hands. */
export async function closeEngine({ libraries, model }: Engine): Promise<void> {
  libraries.close();
  await model.close();
}

function openModel(
  directory: string,
  { workers, linesWaitingMax, tenantLinesWaitingMax }: RouterConfig,
  { openModel: open, observer: given, logger, clock, weights }: EngineDeps,
): Promise<RouterModel> {
  const observer: PoolObserver = {
    ...given,
    workerLost(error) {
      given.workerLost(error);
      logger.error({ err: error }, "model worker lost");
    },
  };
  if (open !== undefined) return open(directory, observer);
  const queue = { linesWaitingMax, tenantLinesWaitingMax };
  return createEncoderModel({
    directory,
    workers,
    ...queue,
    observer,
    clock,
    weightOf: weights.of,
  });
}

function cacheOf(model: RouterModel, { cacheDirectory: directory }: RouterConfig) {
  const width = model.capabilities.embeddingDimensions;
  if (width === undefined || directory === undefined) return NO_EMBEDDING_CACHE;
  return createEmbeddingCache({ directory, modelKey: modelKeyOf(model.manifest), width });
}

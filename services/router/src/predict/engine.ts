import { type CallRanker, createCallRanker, PRIOR_RANKER } from "@lilux/core/ranking";
import type { Libraries } from "../library/libraries.ts";
import { modelKeyOf } from "../model/model-manifest.ts";
import type { RouterModel } from "../model/router-model.ts";

/** A model with the ranker fitted to it and the libraries it embedded. Swapped as one. */
export interface Engine {
  model: RouterModel;
  /** Changes with the model's bytes. */
  modelKey: string;
  ranker: CallRanker;
  libraries: Libraries;
}

/** Throws `model_invalid` when the manifest's ranker cannot be used. */
export function createEngine(model: RouterModel, libraries: Libraries): Engine {
  return {
    model,
    modelKey: modelKeyOf(model.manifest),
    ranker: createCallRanker(model.manifest.ranker ?? PRIOR_RANKER),
    libraries,
  };
}

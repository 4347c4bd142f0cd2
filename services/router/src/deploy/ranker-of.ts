import { type CallRanker, createCallRanker } from "@lilux/core/ranking";
import { LiluxError, type RouterArtefact } from "@lilux/protocol";
import { rankerProblem } from "../model/model-manifest.ts";
import type { RouterModel } from "../model/router-model.ts";

/** The files that a line is read with. */
export const BASE_FILES = ["model.onnx", "tokenizer.json"];

/**
 * The ranker of a tenant's model, over this router's encoder. Throws `model_invalid` where it was
 * fitted on another one, or does not fit together.
 */
export function rankerOf({ base, ranker }: RouterArtefact, model: RouterModel): CallRanker {
  const { files } = model.manifest;
  const other = [...new Set([...BASE_FILES, ...Object.keys(base)])].find(
    (name) => base[name] !== files[name]?.sha256,
  );
  if (other !== undefined) {
    throw new LiluxError("model_invalid", {
      message: `It was fitted on another base: ${other} is not the one of the router's model ${model.manifest.version}. Fit it again on this one.`,
    });
  }
  const problem = rankerProblem(ranker);
  if (problem !== undefined) throw new LiluxError("model_invalid", { message: `Its ${problem}` });
  return createCallRanker(ranker);
}

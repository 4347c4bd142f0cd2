import type { StoredModel } from "@lilux/database";
import { LiluxError, type ModelArtefact } from "@lilux/protocol";

/** Throws `model_invalid`, with the name, where its file is gone or is not what was registered. */
export function artefactOf({ model, sha256, artefact }: StoredModel): ModelArtefact {
  if (artefact !== null) return artefact;
  throw new LiluxError("model_invalid", {
    message: `The file of ${model} (${sha256}) is gone from the folder of models' files, or is not what was registered. Put it back, or roll ${model} back.`,
    details: { model },
  });
}

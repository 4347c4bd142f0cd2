import type { ModelStore, StoredModel } from "@lilux/database";
import type { Logger } from "@lilux/runtime";
import type { ArtefactFolder } from "./artefact-folder.ts";

/**
 * A registry whose new models' artefacts lie in a folder; those that were registered before stay in their
 * rows. The file is there before the row that names it, and one that cannot be read takes no other with it.
 */
export function withArtefactFolder(
  models: ModelStore,
  { folder, logger }: { folder: ArtefactFolder; logger: Logger },
): ModelStore {
  async function whole(stored: StoredModel): Promise<StoredModel> {
    if (stored.artefact !== null) return stored;
    const { model, sha256 } = stored;
    const artefact = await folder.get(sha256);
    if (artefact !== undefined) return { ...stored, artefact };
    logger.error({ model, sha256 }, "a model's file is gone, or is not what was registered");
    return stored;
  }

  const allWhole = (stored: readonly StoredModel[]): Promise<StoredModel[]> =>
    Promise.all(stored.map(whole));

  return {
    ...models,
    async addModel(tenant, model) {
      if (model.artefact !== null) await folder.put(model.sha256, model.artefact);
      return models.addModel(tenant, { ...model, artefact: null });
    },
    async model(tenant, name) {
      const stored = await models.model(tenant, name);
      return stored === undefined ? undefined : whole(stored);
    },
    models: async (tenant) => allWhole(await models.models(tenant)),
    async deployments(which) {
      const found = await models.deployments(which);
      return Promise.all(
        found.map(async (one) => ({ ...one, models: await allWhole(one.models) })),
      );
    },
  };
}

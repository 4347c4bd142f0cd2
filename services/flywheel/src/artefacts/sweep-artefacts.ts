import type { Clock } from "@lilux/core/async";
import type { ModelStore } from "@lilux/database";
import { LiluxError } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { ArtefactFolder } from "./artefact-folder.ts";

export const SWEEPS_EVERY_MS = 30 * 60_000;

export interface SweepArtefactsDeps {
  folder: ArtefactFolder;
  models: Pick<ModelStore, "artefactsOutside">;
  clock: Clock;
  logger: Logger;
}

/**
 * Deletes files that no row of the registry names: of tenants and models that were deleted, and of writes that
 * broke off. Only what was named by none at two looks in a row, as a file is there before its row.
 */
export function sweepArtefacts({ folder, models, clock, logger }: SweepArtefactsDeps): Part {
  const ended = new AbortController();
  let sweeping: Promise<void> = Promise.resolve();
  let before: ReadonlySet<string> = new Set();

  async function sweep(): Promise<void> {
    const { hashes, drafts } = await folder.list();
    const named = new Set(await models.artefactsOutside());
    const unnamed = [...hashes.filter((hash) => !named.has(hash)), ...drafts];
    const due = unnamed.filter((name) => before.has(name));
    before = new Set(unnamed);
    for (const name of due) await folder.delete(name);
    if (due.length > 0) logger.info({ files: due.length }, "files of no model were deleted");
  }

  async function live(): Promise<void> {
    while (!ended.signal.aborted) {
      await sweep().catch((thrown: unknown) => {
        // What cannot be asked is deleted by nobody; it is looked at again.
        logger.warn(
          { err: LiluxError.from(thrown) },
          "files of models could not be looked through",
        );
      });
      await clock.sleep(SWEEPS_EVERY_MS, ended.signal);
    }
  }

  return {
    name: "artefacts",
    async start() {
      sweeping = live();
    },
    async stop() {
      ended.abort();
      await sweeping;
    },
  };
}

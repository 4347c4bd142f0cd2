import type { WritingFiles } from "@lilux/files";
import type { Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { KiwiConfig } from "../../config.ts";
import type { Libraries } from "../../library/libraries.ts";
import { tenantFolders } from "../../library/tenant-folders.ts";
import type { Partition } from "../../partition/partition.ts";
import type { LibraryContext } from "./library-context.ts";
import { createShelf } from "./shelf.ts";

export interface ShelfDeps {
  libraries: Pick<Libraries, "of">;
  logger: Logger;
  files: WritingFiles;
  partition: Pick<Partition, "enter" | "filesOf"> | undefined;
}

/** What the registry needs of the service for subscriptions. */
export function shelfOf(
  config: KiwiConfig,
  { libraries, logger, files, partition }: ShelfDeps,
): Pick<LibraryContext, "shelf" | "library" | "onFault"> {
  const { stateDirectory } = config;
  const filesOf = (tenant: Tenant, folder: string): WritingFiles =>
    partition?.filesOf(tenant, folder, files) ?? files;
  return {
    shelf: stateDirectory === undefined ? undefined : createShelf(stateDirectory, filesOf),
    library: {
      ...libraryOfShelf(config, libraries),
      isShared: partition !== undefined,
      async enter(tenant) {
        return partition?.enter(tenant, { changes: true }) ?? { [Symbol.dispose]: () => undefined };
      },
    },
    onFault: (err) => logger.warn({ err }, "a subscription was not brought in line"),
  };
}

/** What subscriptions have to do with a tenant's library: which of their items it hides, and its list. */
function libraryOfShelf(
  config: KiwiConfig,
  libraries: Pick<Libraries, "of">,
): Omit<LibraryContext["library"], "enter" | "isShared"> {
  return {
    hasShelf: (tenant) => tenantFolders(config, tenant).shelf !== undefined,
    async hiddenAmong(tenant, texts) {
      const library = await libraries.of(tenant);
      const own = library.items.filter(({ source }) => source !== "registry");
      const names = new Set(
        own.map(({ item_type, qualified_id }) => `${item_type} ${qualified_id}`),
      );
      return texts.flatMap(({ item, signed }) => {
        const { item_type, qualified_id } = item;
        const whole = `@${signed.namespace}/${qualified_id}`;
        // Its own pull of it, or an item of its own of that name: by the bare id that one is meant.
        const isHidden =
          names.has(`${item_type} ${whole}`) || names.has(`${item_type} ${qualified_id}`);
        return isHidden ? [whole] : [];
      });
    },
    async relist(tenant, paths) {
      await (await libraries.of(tenant)).update("registry", paths);
    },
  };
}

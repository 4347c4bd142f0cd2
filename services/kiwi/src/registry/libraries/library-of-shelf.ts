import type { Logger } from "@lilux/runtime";
import type { KiwiConfig } from "../../config.ts";
import type { Libraries } from "../../library/libraries.ts";
import { tenantFolders } from "../../library/tenant-folders.ts";
import type { LibraryContext } from "./library-context.ts";
import { createShelf } from "./shelf.ts";

/** What the registry needs of the service for subscriptions. */
export function shelfOf(
  config: KiwiConfig,
  libraries: Pick<Libraries, "of">,
  logger: Logger,
): Pick<LibraryContext, "shelf" | "library" | "onFault"> {
  const { stateDirectory } = config;
  return {
    shelf: stateDirectory === undefined ? undefined : createShelf(stateDirectory),
    library: libraryOfShelf(config, libraries),
    onFault: (err) => logger.warn({ err }, "a subscription was not brought in line"),
  };
}

/** What subscriptions have to do with a tenant's library: which of their items it hides, and its list. */
function libraryOfShelf(
  config: KiwiConfig,
  libraries: Pick<Libraries, "of">,
): LibraryContext["library"] {
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

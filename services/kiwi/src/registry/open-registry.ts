import type { KiwiConfig } from "../config.ts";
import type { Libraries } from "../library/libraries.ts";
import { relist } from "../library/relist.ts";
import { type ShelfDeps, shelfOf } from "./libraries/library-of-shelf.ts";
import { createRegistry, type Registry, type RegistryDeps } from "./registry.ts";

type OpenRegistryDeps = Pick<RegistryDeps, "database" | "trust" | "metrics" | "texts" | "clock"> &
  ShelfDeps & { libraries: Libraries };

/** As a tool core is configured, with what it has to do with the tenants' libraries. */
export function openRegistry(config: KiwiConfig, deps: OpenRegistryDeps): Registry {
  return createRegistry({
    ...deps,
    onModerated: (item) => relist(deps.libraries, item),
    ...shelfOf(config, deps),
  });
}

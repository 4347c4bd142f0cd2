import type { ItemSource } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { KiwiConfig } from "../config.ts";
import { ITEM_FOLDERS } from "./item-place.ts";
import { createLibrary, type Library, type LibraryUpdate } from "./library.ts";
import { createSourceFolder } from "./source-folder.ts";
import { type TenantFolders, tenantFolders } from "./tenant-folders.ts";
import { type FolderWatcher, watchFolder } from "./watch-folder.ts";

export interface Libraries {
  /** The tenant's library, read if it is not yet. */
  of(tenant: string): Promise<Library>;
  /** Those that are loaded. */
  loaded(): Library[];
  close(): void;
}

export interface LibrariesDeps {
  config: KiwiConfig;
  logger: Logger;
  /** Told of every change after the first reading, for each tenant that uses the library. */
  onUpdate: (update: LibraryUpdate & { tenant: string }) => void;
  onLoad: (seconds: number) => void;
}

const LIBRARIES_MAX = 256;

interface Held {
  library: Library;
  ready: Promise<Library>;
  tenants: Set<string>;
  watchers: FolderWatcher[];
}

/** One library per distinct set of folders, kept while it is among the most recently used. */
export function createLibraries({ config, logger, onUpdate, onLoad }: LibrariesDeps): Libraries {
  const held = new Map<string, Held>();

  async function refresh(entry: Held, source: ItemSource, paths?: ReadonlySet<string>) {
    try {
      await entry.library.update(source, paths);
    } catch (error) {
      logger.error({ err: error }, "library could not be read again");
    }
  }

  function open(folders: TenantFolders): Held {
    const sources = [createSourceFolder("project", folders.project)];
    if (folders.user !== undefined) sources.push(createSourceFolder("user", folders.user));
    const tenants = new Set<string>();
    let isLoaded = false;
    const library = createLibrary(sources, (update) => {
      if (isLoaded) for (const tenant of tenants) onUpdate({ ...update, tenant });
    });
    const ready = load(library).finally(() => {
      isLoaded = true;
    });
    const entry: Held = { library, ready, tenants, watchers: [] };
    for (const { source, folder } of sources) {
      entry.watchers.push(
        watchFolder({
          folder,
          debounceMs: config.watchDebounceMs,
          rescanMs: config.rescanMs,
          onChange: (paths) => refresh(entry, source, pathsToScan(library, source, paths)),
        }),
      );
    }
    return entry;
  }

  async function load(library: Library): Promise<Library> {
    const startedAt = performance.now();
    await library.update();
    onLoad((performance.now() - startedAt) / 1000);
    const { items, broken, version } = library;
    logger.info({ items: items.length, broken: broken.length, version }, "library loaded");
    return library;
  }

  function forgetOldest(): void {
    const [oldest] = held;
    if (oldest === undefined || held.size <= LIBRARIES_MAX) return;
    for (const watcher of oldest[1].watchers) watcher.close();
    held.delete(oldest[0]);
  }

  return {
    async of(tenant) {
      const folders = tenantFolders(config, tenant);
      const key = JSON.stringify([folders.project, folders.user]);
      const entry = held.get(key) ?? open(folders);
      // Set anew, so that the map's order is the order of last use.
      held.delete(key);
      held.set(key, entry);
      entry.tenants.add(tenant);
      forgetOldest();
      return entry.ready;
    },
    loaded: () => [...held.values()].map((entry) => entry.library),
    close() {
      for (const entry of held.values()) for (const watcher of entry.watchers) watcher.close();
      held.clear();
    },
  };
}

/** Changed paths that are files; anything that may be a folder means looking at everything. */
function pathsToScan(
  library: Library,
  source: ItemSource,
  paths: ReadonlySet<string> | undefined,
): ReadonlySet<string> | undefined {
  if (paths === undefined) return undefined;
  const known = library.source(source)?.records;
  const isFile = (path: string): boolean => known?.has(path) === true || /\.\w+$/.test(path);
  // Beside the items lie kept versions and results of scripts, which are no items.
  const ours = new Set(
    [...paths].filter((path) => ITEM_FOLDERS.includes(path.split("/")[0] ?? "")),
  );
  return [...ours].every(isFile) ? ours : undefined;
}

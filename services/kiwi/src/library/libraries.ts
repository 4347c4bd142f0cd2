import type { ItemSource } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import type { KiwiConfig } from "../config.ts";
import type { TextWork } from "../texts/text-work.ts";
import { createLibrary, type Library, type LibraryUpdate } from "./library.ts";
import { createSourceFolder, type Vouch } from "./source-folder.ts";
import { type TenantFolders, tenantFolders } from "./tenant-folders.ts";
import { type FolderWatcher, watchFolder } from "./watch-folder.ts";
import type { WatchMode } from "./watched-tree.ts";

export interface Libraries {
  /** The tenant's library, read if it is not yet. */
  of(tenant: string): Promise<Library>;
  /** Those that are loaded. */
  loaded(): Library[];
  /** The tenant is being deleted: its folders are not watched any more, and nothing of them is held. */
  letGo(tenant: string): void;
  /** Folders that cannot be watched and are read again and again instead. */
  polledFolders(): number;
  close(): void;
}

export interface LibrariesDeps {
  config: KiwiConfig;
  logger: Logger;
  texts: TextWork;
  /** Throws for a pulled file that is not what its publisher signed, as far as the tenant knows. */
  vouch: (tenant: string, file: Parameters<Vouch>[0]) => Promise<void>;
  /** Told of every change after the first reading, for each tenant that uses the library. */
  onUpdate: (update: LibraryUpdate & { tenant: string }) => void;
  onLoad: (seconds: number) => void;
  /** Told whenever files are looked at again: those that were named, or everything. */
  onRescan: (extent: "named" | "everything") => void;
}

const LIBRARIES_MAX = 256;

interface Held {
  library: Library;
  ready: Promise<Library>;
  tenants: Set<string>;
  watchers: FolderWatcher[];
}

/** One library per distinct set of folders, kept while it is among the most recently used. */
export function createLibraries(deps: LibrariesDeps): Libraries {
  const { config, logger, texts, vouch, onUpdate, onLoad, onRescan } = deps;
  const held = new LRUCache<string, Held>({
    max: LIBRARIES_MAX,
    dispose({ watchers }) {
      for (const watcher of watchers) watcher.close();
    },
  });

  async function refresh(library: Library, source: ItemSource, paths?: ReadonlySet<string>) {
    onRescan(paths === undefined ? "everything" : "named");
    try {
      await library.update(source, paths);
    } catch (error) {
      logger.error({ err: error }, "library could not be read again");
    }
  }

  /** Of a library that several tenants see, the first one's keys say what is shown. */
  function open(folders: TenantFolders, tenant: string): Held {
    const deps = { texts, vouch: (file: Parameters<Vouch>[0]) => vouch(tenant, file) };
    const sources = [createSourceFolder("project", folders.project, deps)];
    if (folders.user !== undefined) sources.push(createSourceFolder("user", folders.user, deps));
    if (folders.shelf !== undefined) {
      sources.push(createSourceFolder("registry", folders.shelf, deps));
    }
    const tenants = new Set<string>();
    let isLoaded = false;
    const library = createLibrary(sources, (update) => {
      if (isLoaded) for (const tenant of tenants) onUpdate({ ...update, tenant });
    });
    const watchers = sources.map(({ source, folder, changedElsewhere }) =>
      watchFolder({
        folder,
        changedElsewhere,
        debounceMs: config.watchDebounceMs,
        rescanMs: config.rescanMs,
        onChange: (paths) => refresh(library, source, paths),
        onMode: (mode) => sayMode(folder, mode),
      }),
    );
    const ready = load(library, watchers).finally(() => {
      isLoaded = true;
    });
    return { library, ready, tenants, watchers };
  }

  function sayMode(folder: string, mode: WatchMode): void {
    if (mode.kind === "watching") {
      logger.info({ folder }, "library folder is watched again");
      return;
    }
    logger.warn(
      { folder, refusal: mode.refusal, fix: "raise the sysctl fs.inotify.max_user_watches" },
      "library folder cannot be watched as a whole; it is read again every few seconds instead",
    );
  }

  async function load(library: Library, watchers: readonly FolderWatcher[]): Promise<Library> {
    const startedAt = performance.now();
    // Watched first, read then: nothing changes unseen in between.
    await Promise.all(watchers.map(({ ready }) => ready));
    await library.update();
    onLoad((performance.now() - startedAt) / 1000);
    const { items, broken, version } = library;
    logger.info({ items: items.length, broken: broken.length, version }, "library loaded");
    return library;
  }

  return {
    async of(tenant) {
      const folders = tenantFolders(config, tenant);
      const key = keyOf(folders);
      const entry = held.get(key) ?? open(folders, tenant);
      held.set(key, entry);
      entry.tenants.add(tenant);
      return entry.ready;
    },
    loaded: () => [...held.values()].map((entry) => entry.library),
    letGo(tenant) {
      const key = keyOf(tenantFolders(config, tenant));
      const entry = held.get(key);
      entry?.tenants.delete(tenant);
      if (entry?.tenants.size === 0) held.delete(key);
    },
    polledFolders() {
      const watchers = [...held.values()].flatMap((entry) => entry.watchers);
      return watchers.filter(({ mode }) => mode.kind === "polling").length;
    },
    close() {
      held.clear();
    },
  };
}

function keyOf({ project, user }: TenantFolders): string {
  return JSON.stringify([project, user]);
}

import type { WritingFiles } from "@lilux/files";
import type { ItemSource, Tenant } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import type { KiwiConfig } from "../config.ts";
import type { FilesOf } from "../files/files-of.ts";
import type { TextWork } from "../texts/text-work.ts";
import { createLibrary, type Library, type LibraryUpdate } from "./library.ts";
import type { LibraryHome } from "./library-home.ts";
import { createSourceFolder, type Vouch } from "./source-folder.ts";
import { type TenantFolders, tenantFolders } from "./tenant-folders.ts";
import { type FolderWatcher, watchFolder } from "./watch-folder.ts";
import type { WatchMode } from "./watched-tree.ts";

export interface Libraries {
  /** The tenant's library, read if it is not yet. */
  of(tenant: Tenant): Promise<Library>;
  /** Those that are loaded. */
  loaded(): Library[];
  /** The tenant is being deleted: its folders are not watched any more, and nothing of them is held. */
  letGo(tenant: Tenant): void;
  /** Folders that cannot be watched and are read again and again instead. */
  polledFolders(): number;
  /** Resolves when nothing of theirs is under way any more. */
  close(): Promise<void>;
}

export interface LibrariesDeps {
  config: KiwiConfig;
  logger: Logger;
  texts: TextWork;
  /** Throws for a pulled file that is not what its publisher signed, as far as the tenant knows. */
  vouch: (tenant: Tenant, file: Parameters<Vouch>[0]) => Promise<void>;
  /** Where the tenant's project lives, whose folder this is. */
  openHome: (tenant: Tenant, folder: string) => LibraryHome;
  /** What writes in a tenant's folder, where several tool cores could; the files themselves unless told. */
  filesOf?: FilesOf | undefined;
  /** Told of every change after the first reading, for each tenant that uses the library. */
  onUpdate: (update: LibraryUpdate & { tenant: Tenant }) => void;
  onLoad: (seconds: number) => void;
  /** Told whenever files are looked at again: those that were named, or everything. */
  onRescan: (extent: "named" | "everything") => void;
}

const LIBRARIES_MAX = 256;

interface Held {
  library: Library;
  ready: Promise<Library>;
  tenants: Set<Tenant>;
  watchers: FolderWatcher[];
  home: LibraryHome;
}

/** One library per distinct set of folders, kept while it is among the most recently used. */
export function createLibraries(deps: LibrariesDeps): Libraries {
  const { config, logger, texts, vouch, openHome, filesOf, onUpdate, onLoad, onRescan } = deps;
  const closing = new Set<Promise<unknown>>();
  const held = new LRUCache<string, Held>({
    max: LIBRARIES_MAX,
    dispose({ watchers, home }) {
      for (const watcher of watchers) watcher.close();
      const closed = home.close().catch((err: unknown) => {
        logger.warn({ err }, "a library's place was not closed cleanly");
      });
      closing.add(closed);
      void closed.finally(() => closing.delete(closed));
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
  function open(folders: TenantFolders, tenant: Tenant): Held {
    const deps = { texts, vouch: (file: Parameters<Vouch>[0]) => vouch(tenant, file) };
    const home = openHome(tenant, folders.project);
    const { write: keep } = home;
    const passing = filesOf && ((files: WritingFiles) => filesOf(tenant, folders.project, files));
    const project = { ...deps, keep, filesOf: passing };
    const sources = [createSourceFolder("project", folders.project, project)];
    if (folders.user !== undefined) sources.push(createSourceFolder("user", folders.user, deps));
    if (folders.shelf !== undefined) {
      sources.push(createSourceFolder("registry", folders.shelf, deps));
    }
    const tenants = new Set<Tenant>();
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
    const ready = load(library, { home, watchers }).finally(() => {
      isLoaded = true;
    });
    return { library, ready, tenants, watchers, home };
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

  async function load(
    library: Library,
    { home, watchers }: Pick<Held, "home" | "watchers">,
  ): Promise<Library> {
    const startedAt = performance.now();
    await home.open();
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
      try {
        return await entry.ready;
      } catch (error) {
        // Tried anew by whoever asks next.
        if (held.peek(key) === entry) held.delete(key);
        throw error;
      }
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
    async close() {
      held.clear();
      await Promise.all(closing);
    },
  };
}

function keyOf({ project, user }: TenantFolders): string {
  return JSON.stringify([project, user]);
}

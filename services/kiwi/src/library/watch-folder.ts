import { join, sep } from "node:path";
import type { OpenWatch } from "./folder-watches.ts";
import { createHeardPaths } from "./heard-paths.ts";
import { createWatchedTree, type WatchMode } from "./watched-tree.ts";

export interface FolderWatcher {
  /** Resolves when everything is watched that was there. From then on nothing is missed. */
  readonly ready: Promise<void>;
  readonly mode: WatchMode;
  close(): void;
}

export interface WatchOptions {
  /** The folder whose `.ai` is watched. It need not exist yet. */
  folder: string;
  /** Paths of items that may have changed; undefined: anything may have. Never overlaps with itself. */
  onChange: (paths: ReadonlySet<string> | undefined) => Promise<void>;
  /** Paths of items that changed by another name they have. */
  changedElsewhere: () => Promise<ReadonlySet<string>>;
  /** Told when it begins to poll, and when it watches again. */
  onMode: (mode: WatchMode) => void;
  debounceMs: number;
  /** How often everything is looked at again: what no watch tells is found by then. */
  rescanMs: number;
  openWatch?: OpenWatch;
}

/** How often what has no watch is asked after: the folder `.ai` itself, and what links lead to. */
const LOOK_MS = 1_000;
/** Polling rests this many times as long as its last look at everything took. */
const REST_FACTOR = 5;

/**
 * Watches a library folder, every folder in it by a watch of its own. Events
 * are gathered for `debounceMs`. Where the system refuses a watch, everything
 * is looked at about every second instead, at most a sixth of the time.
 */
export function watchFolder(options: WatchOptions): FolderWatcher {
  const { folder, onChange, changedElsewhere, onMode, debounceMs, rescanMs } = options;
  const heard = createHeardPaths();
  const tree = createWatchedTree(join(folder, ".ai"), note, options.openWatch);
  let mode = tree.mode;
  let debounce: NodeJS.Timeout | undefined;
  let busy: Promise<void> | undefined;
  let isClosed = false;
  let restUntil = 0;

  function note(path: string | undefined): void {
    heard.add(path?.split(sep).join("/"));
    debounce ??= setTimeout(flush, debounceMs).unref();
  }

  function flush(): void {
    debounce = undefined;
    if (isClosed || busy !== undefined || heard.isEmpty) return;
    occupy(tell(heard.take()));
  }

  function occupy(work: Promise<void>): void {
    busy = work.finally(() => {
      busy = undefined;
      if (!heard.isEmpty) debounce ??= setTimeout(flush, debounceMs).unref();
    });
  }

  async function tell(paths: ReadonlySet<string> | undefined): Promise<void> {
    const items = paths === undefined ? undefined : await tree.itemsAmong(paths);
    if (isClosed || items?.size === 0) return;
    if (items !== undefined) return onChange(items);
    const startedAt = performance.now();
    // Watches come first: what changes while everything is read is heard.
    await bringInLine();
    if (!isClosed) await onChange(undefined);
    rest(performance.now() - startedAt);
  }

  async function bringInLine(): Promise<void> {
    await tree.bringInLine();
    const before = mode.kind;
    mode = tree.mode;
    if (mode.kind !== before) onMode(mode);
  }

  function rest(tookMs: number): void {
    const restMs = mode.kind === "polling" ? Math.min(rescanMs, tookMs * REST_FACTOR) : rescanMs;
    restUntil = performance.now() + restMs;
  }

  async function look(): Promise<void> {
    if (performance.now() >= restUntil || (await tree.isReplaced())) note(undefined);
    else for (const path of await changedElsewhere()) note(path);
  }

  const ready = bringInLine().then(() => rest(0));
  occupy(ready);
  let looking: Promise<void> | undefined;
  const looks = setInterval(
    () => {
      if (busy !== undefined || looking !== undefined) return;
      looking = look().finally(() => {
        looking = undefined;
      });
    },
    Math.min(LOOK_MS, rescanMs),
  ).unref();

  return {
    ready,
    get mode() {
      return mode;
    },
    close() {
      isClosed = true;
      clearInterval(looks);
      clearTimeout(debounce);
      tree.close();
    },
  };
}

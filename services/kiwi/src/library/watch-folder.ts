import { type FSWatcher, watch } from "node:fs";
import { join, sep } from "node:path";

export interface FolderWatcher {
  close(): void;
}

export interface WatchOptions {
  /** The folder whose `.ai` is watched. It need not exist yet. */
  folder: string;
  /** Paths that may have changed; undefined: anything may have. Never overlaps with itself. */
  onChange: (paths: ReadonlySet<string> | undefined) => Promise<void>;
  debounceMs: number;
  /** How often everything is looked at again: what a watcher missed is found by then. */
  rescanMs: number;
}

const PATHS_MAX = 256;
const LOOKS_PER_RESCAN = 20;

/**
 * Watches a library folder. Events are gathered for `debounceMs`; a folder that
 * cannot be watched (not there yet, no watch handles left) is rescanned twenty
 * times as often instead.
 */
export function watchFolder({
  folder,
  onChange,
  debounceMs,
  rescanMs,
}: WatchOptions): FolderWatcher {
  let watcher: FSWatcher | undefined;
  let pending: Set<string> | "all" | undefined;
  let debounce: NodeJS.Timeout | undefined;
  let running = false;
  let closed = false;

  function note(path: string | null): void {
    if (path === null || pending === "all") {
      pending = "all";
    } else {
      pending ??= new Set();
      pending.add(path.split(sep).join("/"));
      if (pending.size > PATHS_MAX) pending = "all";
    }
    debounce ??= setTimeout(flush, debounceMs).unref();
  }

  function flush(): void {
    debounce = undefined;
    if (closed || running || pending === undefined) return;
    const paths = pending === "all" ? undefined : pending;
    pending = undefined;
    running = true;
    void onChange(paths).finally(() => {
      running = false;
      if (pending !== undefined) flush();
    });
  }

  function open(): void {
    if (watcher !== undefined || closed) return;
    try {
      watcher = watch(join(folder, ".ai"), { recursive: true }, (_event, path) => note(path));
      watcher.on("error", () => {
        watcher?.close();
        watcher = undefined;
      });
      watcher.unref();
    } catch {
      watcher = undefined;
    }
  }

  open();
  let looks = 0;
  const rescan = setInterval(() => {
    open();
    looks += 1;
    // What is watched is looked at rarely, what cannot be watched often.
    if (watcher === undefined || looks % LOOKS_PER_RESCAN === 0) note(null);
  }, rescanMs / LOOKS_PER_RESCAN).unref();

  return {
    close() {
      closed = true;
      clearInterval(rescan);
      clearTimeout(debounce);
      watcher?.close();
    },
  };
}

import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

export interface FolderWatches {
  /** Watches a folder (relative to the root) unless it is watched already. Never throws. */
  add(path: string): void;
  has(path: string): boolean;
  /** Watches it and all below no longer: another may stand in its place by now. */
  drop(path: string): void;
  /** Drops those that are not wanted any more. */
  keepOnly(wanted: ReadonlySet<string>): void;
  readonly size: number;
  /** The system's code for why not all that was to be watched is; undefined when all is. */
  readonly refusal: string | undefined;
  /** Forgets the refusal: room may have come free since. */
  retry(): void;
  close(): void;
}

export type OpenWatch = (path: string, onName: (name: string | null) => void) => FSWatcher;

/** Said of a folder that went away, which its parent's watch tells, or that cannot be read at all. */
const NOT_THERE = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM"]);

/**
 * One watch per folder. A folder's own watch tells of every file in it by name,
 * whatever was put in its place; Node's recursive watch on Linux watches each
 * file's inode besides, goes on with the old one when a file is replaced, and
 * needs a system watch a file (`docs/decisions/0024` has the figures).
 *
 * `onEvent` gets the path that something happened to, or undefined when the
 * system does not say which.
 */
export function createFolderWatches(
  root: string,
  onEvent: (path: string | undefined) => void,
  openWatch: OpenWatch = systemWatch,
): FolderWatches {
  const watches = new Map<string, FSWatcher>();
  let refusal: string | undefined;

  function close(path: string): void {
    watches.get(path)?.close();
    watches.delete(path);
  }

  return {
    get size() {
      return watches.size;
    },
    get refusal() {
      return refusal;
    },
    has: (path) => watches.has(path),
    retry() {
      refusal = undefined;
    },
    add(path) {
      if (watches.has(path) || refusal !== undefined) return;
      try {
        const watcher = openWatch(join(root, path), (name) => {
          onEvent(name === null ? undefined : path === "" ? name : `${path}/${name}`);
        });
        watcher.on("error", () => {
          close(path);
          onEvent(undefined);
        });
        watches.set(path, watcher);
      } catch (error) {
        const code = codeOf(error);
        if (!NOT_THERE.has(code)) refusal = code;
      }
    },
    drop(path) {
      for (const known of [...watches.keys()]) {
        if (known === path || known.startsWith(`${path}/`)) close(known);
      }
    },
    keepOnly(wanted) {
      for (const known of [...watches.keys()]) if (!wanted.has(known)) close(known);
    },
    close() {
      for (const path of [...watches.keys()]) close(path);
    },
  };
}

function systemWatch(path: string, onName: (name: string | null) => void): FSWatcher {
  return watch(path, { persistent: false }, (_event, name) => onName(name));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}

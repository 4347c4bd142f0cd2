import type { Stats } from "node:fs";
import { lstat, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { findFiles } from "./find-files.ts";
import { createFolderWatches, type FolderWatches, type OpenWatch } from "./folder-watches.ts";
import { ITEM_FOLDERS, isSkippedFolder, itemPlaceOf, lockedPathOf } from "./item-place.ts";

/** `polling`: the system refused a watch, with this code, so everything is looked at again and again. */
export type WatchMode = { kind: "watching" } | { kind: "polling"; refusal: string };

export interface WatchedTree {
  /** Of the last `bringInLine`. */
  readonly mode: WatchMode;
  /** Watches every folder that is there now, and none that is not. One at a time. */
  bringInLine(): Promise<void>;
  /** The items among paths that something happened to; undefined when folders or links are, too. */
  itemsAmong(paths: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined>;
  /** Whether the root, or what a link leads to, is another than the one that is watched. */
  isReplaced(): Promise<boolean>;
  close(): void;
}

/** The watches of everything under a root that need not exist, by whatever path it is reached. */
export function createWatchedTree(
  root: string,
  onEvent: (path: string | undefined) => void,
  openWatch?: OpenWatch,
): WatchedTree {
  let watches: FolderWatches | undefined;
  let rootIdentity: string | undefined;
  /** Links to folders, or to nothing yet. Of links to files the source folder takes care. */
  let linked: ReadonlyMap<string, string> = new Map();
  let isClosed = false;

  async function replacedLinks(): Promise<string[]> {
    const now = await identitiesOf(root, linked.keys());
    return [...linked.keys()].filter((path) => now.get(path) !== linked.get(path));
  }

  async function watchBelow(real: string, into: FolderWatches): Promise<void> {
    const wanted = new Set([""]);
    const add = (path: string): void => {
      wanted.add(path);
      if (!isClosed) into.add(path);
    };
    for (const path of await replacedLinks()) into.drop(path);
    into.retry();
    add("");
    const { links } = await findFiles(real, add);
    into.keepOnly(wanted);
    const folders = links.filter((path) => itemPlaceOf(path) === undefined);
    linked = await identitiesOf(root, [...ITEM_FOLDERS, ...folders]);
  }

  return {
    get mode(): WatchMode {
      const refusal = watches?.refusal;
      return refusal === undefined ? { kind: "watching" } : { kind: "polling", refusal };
    },
    async bringInLine() {
      const identity = await identityOf(root);
      const real = await realpath(root).catch(() => undefined);
      if (identity !== rootIdentity) {
        watches?.close();
        watches = undefined;
      }
      rootIdentity = identity;
      if (real === undefined || isClosed) return;
      watches ??= createFolderWatches(real, onEvent, openWatch);
      await watchBelow(real, watches);
    },
    async itemsAmong(paths) {
      const items = new Set<string>();
      let isAnything = false;
      for (const path of paths) {
        if (watches?.has(path) === true) {
          watches.drop(path);
          isAnything = true;
        } else if (linked.has(path) || isFolderOrLink(path, await lstatOf(join(root, path)))) {
          isAnything = true;
        } else if (itemPlaceOf(lockedPathOf(path)) !== undefined) {
          items.add(lockedPathOf(path));
        }
      }
      return isAnything ? undefined : items;
    },
    async isReplaced() {
      if ((await identityOf(root)) !== rootIdentity) return true;
      return (await replacedLinks()).length > 0;
    },
    close() {
      isClosed = true;
      watches?.close();
    },
  };
}

/** Beside the item folders lie kept versions and results of scripts, which are no items. */
function isFolderOrLink(path: string, stats: Stats | undefined): boolean {
  if (stats?.isSymbolicLink() === true) return true;
  const segments = path.split("/");
  if (stats?.isDirectory() !== true || segments.some(isSkippedFolder)) return false;
  return ITEM_FOLDERS.includes(segments[0] ?? "");
}

async function identitiesOf(root: string, paths: Iterable<string>): Promise<Map<string, string>> {
  const identities = new Map<string, string>();
  for (const path of paths) identities.set(path, await identityOf(join(root, path)));
  return identities;
}

/** Which folder it is, links followed. A number that was freed is given out again, hence the birth. */
async function identityOf(path: string): Promise<string> {
  const stats = await stat(path).catch(() => undefined);
  return stats === undefined ? "none" : `${stats.dev}:${stats.ino}:${stats.birthtimeMs}`;
}

async function lstatOf(path: string): Promise<Stats | undefined> {
  return lstat(path).catch(() => undefined);
}

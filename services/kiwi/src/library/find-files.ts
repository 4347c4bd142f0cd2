import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { isWithin } from "./is-within.ts";
import { ITEM_FOLDERS, isSkippedFolder } from "./item-place.ts";

const FILES_MAX = 100_000;
const DEPTH_MAX = 16;

export interface FoundFiles {
  /** Relative to the root, with forward slashes, sorted. */
  paths: string[];
  /** Links that lead out of the root. Never followed. */
  escapes: string[];
  /** Every link met, wherever it leads: its target may change without a trace beside it. */
  links: string[];
  /** There were more files than the bound; the rest was left out. */
  truncated: boolean;
}

/** Told of a folder before its entries are read, so that nothing after goes unseen. */
type OnFolder = (path: string) => void;

/** Lists every file under the item folders of a root (a real path). A missing root is empty. */
export async function findFiles(
  root: string,
  onFolder: OnFolder = () => undefined,
): Promise<FoundFiles> {
  const found: FoundFiles = { paths: [], escapes: [], links: [], truncated: false };
  const visited = new Set<string>();
  for (const folder of ITEM_FOLDERS) {
    await walk({ root, relative: folder, depth: 1, found, visited, onFolder });
  }
  found.paths.sort();
  return found;
}

interface Walk {
  root: string;
  relative: string;
  depth: number;
  found: FoundFiles;
  /** Real paths of folders walked: a link back up must not walk for ever. */
  visited: Set<string>;
  onFolder: OnFolder;
}

async function walk(step: Walk): Promise<void> {
  const { root, relative, depth, found, visited, onFolder } = step;
  const real = await realpathOf(join(root, relative));
  if (real === undefined || visited.has(real) || depth > DEPTH_MAX) return;
  if (!isWithin(root, real)) {
    found.escapes.push(relative);
    return;
  }
  visited.add(real);
  onFolder(relative);
  for (const entry of await entriesOf(join(root, relative))) {
    if (found.paths.length >= FILES_MAX) {
      found.truncated = true;
      return;
    }
    const path = `${relative}/${entry.name}`;
    if (entry.isSymbolicLink()) found.links.push(path);
    const kind = await kindOf(root, path, entry);
    if (kind === "escape") found.escapes.push(path);
    else if (kind === "file") found.paths.push(path);
    else if (kind === "folder" && !isSkippedFolder(entry.name)) {
      await walk({ ...step, relative: path, depth: depth + 1 });
    }
  }
}
async function kindOf(
  root: string,
  path: string,
  entry: Dirent,
): Promise<"file" | "folder" | "escape" | "other"> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return "other";
  const real = await realpathOf(join(root, path));
  if (real === undefined) return "other";
  if (!isWithin(root, real)) return "escape";
  const target = await stat(real).catch(() => undefined);
  if (target?.isDirectory() === true) return "folder";
  return target?.isFile() === true ? "file" : "other";
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function realpathOf(path: string): Promise<string | undefined> {
  return realpath(path).catch(() => undefined);
}

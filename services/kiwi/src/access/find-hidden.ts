import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FileBind } from "@lilux/sandbox";
import { isHiddenFolder, isSecretFile } from "./hidden-names.ts";
import { type PathGrant, refusedPath } from "./read-path-grant.ts";

const ENTRIES_MAX = 20_000;
const HIDDEN_MAX = 256;
const DEPTH_MAX = 32;

/**
 * What must not be seen below a granted folder: secrets by their names, folders
 * that are kept from scripts, and what a denial names. Links are not followed:
 * in the sandbox they lead nowhere that is not granted. A folder too large to
 * be looked through is refused.
 */
export async function findHidden(request: {
  folder: string;
  /** The folder's path in the project. */
  to: string;
  hides: (path: string) => boolean;
  grant: PathGrant;
}): Promise<FileBind["hidden"]> {
  const hidden: { path: string; isFolder: boolean }[] = [];
  let entries = 0;

  async function walk(folder: string, to: string, depth: number): Promise<void> {
    if (depth > DEPTH_MAX) throw tooMuch(request.grant);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      entries += 1;
      if (entries > ENTRIES_MAX || hidden.length > HIDDEN_MAX) throw tooMuch(request.grant);
      const path = to === "" ? entry.name : `${to}/${entry.name}`;
      const isFolder = entry.isDirectory();
      const isHidden = isFolder ? isHiddenFolder(entry.name) : isSecretFile(entry.name);
      if (entry.isSymbolicLink()) continue;
      if (isHidden || request.hides(path)) hidden.push({ path, isFolder });
      else if (isFolder) await walk(join(folder, entry.name), path, depth + 1);
    }
  }

  await walk(request.folder, request.to, 0);
  return hidden;
}

function tooMuch({ written }: PathGrant) {
  return refusedPath(written, "holds too much to be looked through. Grant less of it");
}

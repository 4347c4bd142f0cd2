import { constants } from "node:fs";
import { chmod, copyFile, lchown, mkdir, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { LiluxError } from "@lilux/protocol";
import type { FileBind } from "../runner/script-runner.ts";
import { readEntry, type TreeEntry } from "./read-tree.ts";

/** What one run's copies may come to, all its granted folders together. */
export interface CopyBudget {
  entries: number;
  bytes: number;
}

/** What runs before every entry: throws when the run is no longer wanted. */
export interface CopyOptions {
  budget: CopyBudget;
  assertWanted: () => void;
  /** Whether owners are kept: only root can. */
  keepsOwners: boolean;
}

/**
 * Copies what a script may change to `to`, without what is hidden from it and
 * what is neither file, folder nor link. Modes and, for root, owners stay, so
 * that the copy can be read and changed by whom the original can. Answers the
 * originals as they stood before they were copied.
 */
export async function copyTree(
  { from, to: granted, hidden }: FileBind,
  to: string,
  options: CopyOptions,
): Promise<Map<string, TreeEntry>> {
  const { budget, assertWanted } = options;
  const leftOut = new Set(hidden.map(({ path }) => path));
  const originals = new Map<string, TreeEntry>();

  async function visit(path: string): Promise<void> {
    assertWanted();
    const inProject = [granted, path].filter((part) => part !== "").join("/");
    if (leftOut.has(inProject)) return;
    const entry = await readEntry(join(from, path));
    if (entry === undefined || entry.kind === "other") return;
    budget.entries -= 1;
    budget.bytes -= entry.kind === "file" ? Number(entry.bytes) : 0;
    if (budget.entries < 0 || budget.bytes < 0) throw tooMuchToCopy(granted);
    const isCopied = await copyEntry(join(from, path), join(to, path), entry);
    if (!isCopied) return;
    originals.set(path, entry);
    if (entry.kind === "folder") {
      for (const name of await readdir(join(from, path))) {
        await visit(path === "" ? name : `${path}/${name}`);
      }
    }
    await giveAway(join(to, path), entry, options);
  }

  await visit("");
  return originals;
}

/** Whether there is a copy: there is none of what the server itself may not read, or of what just went. */
async function copyEntry(from: string, to: string, entry: TreeEntry): Promise<boolean> {
  try {
    if (entry.kind === "folder") {
      await readdir(from);
      await mkdir(to);
    } else if (entry.kind === "link") {
      await symlink(entry.target ?? "", to);
    } else {
      // Where the file system can, the copy shares the original's blocks until one of them changes.
      await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    }
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EACCES" || code === "EPERM" || code === "ENOENT") return false;
    throw error;
  }
}

/** Last of all: a folder that may not be written to takes nothing any more. */
async function giveAway(
  to: string,
  { kind, mode, uid, gid }: TreeEntry,
  { keepsOwners }: CopyOptions,
): Promise<void> {
  if (keepsOwners) await lchown(to, uid, gid);
  if (kind !== "link") await chmod(to, mode & 0o777);
}

function tooMuchToCopy(path: string): LiluxError {
  return new LiluxError("permission_denied", {
    message: `The folders the script may write to, up to "${path || "."}", hold too much: each run works on a copy of them, of at most ${COPY_ENTRIES_MAX} files and ${COPY_BYTES_MAX / 1024 / 1024} MiB together. Grant less of them.`,
    details: { field: "permissions.path", path },
  });
}

export const COPY_ENTRIES_MAX = 20_000;
export const COPY_BYTES_MAX = 512 * 1024 * 1024;

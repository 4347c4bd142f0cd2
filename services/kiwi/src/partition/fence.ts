import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { WritingFiles } from "@lilux/files";
import { leaseLost } from "../files/lease-lost.ts";
import { errorCodeOf } from "../files/write-failure.ts";

/**
 * Lets one process write below a root, and ends whatever another one that held it before is still about to do.
 *
 * A file system compares no tokens, but it renames whole or not at all, and only what is there: every file that
 * is to be written is first made in a folder that has the lease's token for a name, and one that is to go is
 * moved there. Who holds the lease next takes that folder away. From then on no rename of the one before has
 * anything to begin or to end with, however late it wakes.
 */
export interface Fence {
  /** These files, where every change of one passes the fence. Rejects with `library_unreachable` once it fell. */
  of(files: WritingFiles): WritingFiles;
}

const FOLDER = ".lease";
const TOKEN = /^[1-9]\d{0,15}$/;

/** The highest token that was ever raised below a root; 0 where none was. */
export async function highestFence(root: string): Promise<number> {
  return Math.max(0, ...(await tokensIn(root)));
}

/**
 * Raises the fence of a token, and takes down all of lower ones. Rejects where a higher one stands: somebody
 * else holds the library by now. Undefined where nothing can be written at all.
 */
export async function raiseFence(root: string, token: number): Promise<Fence | undefined> {
  const own = join(root, FOLDER, String(token));
  try {
    await mkdir(own, { recursive: true, mode: 0o700 });
  } catch (error) {
    if (["EROFS", "EACCES", "EPERM"].includes(errorCodeOf(error) ?? "")) return undefined;
    throw error;
  }
  // Whoever comes at the same time has made theirs before they look, too: one of both sees the other.
  for (const other of await tokensIn(root)) {
    if (other > token) {
      await rm(own, { recursive: true, force: true });
      throw leaseLost();
    }
    if (other < token) await takeDown(root, other);
  }
  return { of: (files) => fenced(files, own) };
}

async function tokensIn(root: string): Promise<number[]> {
  const names = await readdir(join(root, FOLDER)).catch(() => []);
  return names.filter((name) => TOKEN.test(name)).map(Number);
}

/** Renamed first: that is the moment from which nothing of it counts. */
async function takeDown(root: string, token: number): Promise<void> {
  const fallen = join(root, FOLDER, `fallen-${token}-${randomUUID()}`);
  try {
    await rename(join(root, FOLDER, String(token)), fallen);
  } catch (error) {
    if (errorCodeOf(error) !== "ENOENT") throw error;
  }
  await rm(fallen, { recursive: true, force: true });
}

function fenced(files: WritingFiles, own: string): WritingFiles {
  /** Where a draft really lies, by where it seems to. */
  const drafts = new Map<string, string>();
  const newPath = (): string => join(own, randomUUID());

  async function pass<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const isGone = errorCodeOf(error) === "ENOENT" && (await isMissing(own));
      throw isGone ? leaseLost() : error;
    }
  }

  /** Takes a file of the library away. */
  async function remove(path: string): Promise<void> {
    const taken = newPath();
    await pass(files.rename(path, taken));
    await files.unlink(taken).catch(() => undefined);
  }

  /** Has a file of the library somewhere else as well: whatever is to last there passes the fence on its way. */
  async function copy(from: string, put: (taken: string) => Promise<void>): Promise<void> {
    const taken = newPath();
    await pass(files.link(from, taken));
    await pass(put(taken));
    await files.unlink(taken).catch(() => undefined);
  }

  return {
    mkdir: files.mkdir,
    async open(path, flags, mode) {
      const isNew = typeof flags === "number" && (flags & constants.O_CREAT) !== 0;
      if (!isNew) return files.open(path, flags, mode);
      const draft = newPath();
      const handle = await pass(files.open(draft, flags, mode));
      drafts.set(String(path), draft);
      return handle;
    },
    async rename(from, to) {
      const draft = drafts.get(String(from));
      if (draft !== undefined) return pass(files.rename(draft, to));
      await copy(String(from), (taken) => files.rename(taken, to));
      await remove(String(from));
    },
    async link(from, to) {
      const draft = drafts.get(String(from));
      if (draft !== undefined) return pass(files.link(draft, to));
      await copy(String(from), (taken) => files.link(taken, to));
    },
    async unlink(path) {
      const draft = drafts.get(String(path));
      if (draft === undefined) return remove(String(path));
      drafts.delete(String(path));
      await files.unlink(draft);
    },
  };
}

async function isMissing(path: string): Promise<boolean> {
  return stat(path).then(
    () => false,
    (error: unknown) => errorCodeOf(error) === "ENOENT",
  );
}

import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, rm, rmdir, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Change, RefusedChange } from "./plan-changes.ts";
import { isUntouched, readEntry, type Tree } from "./read-tree.ts";

export interface ApplyRequest {
  changes: readonly Change[];
  /** The granted folder or file itself. */
  target: string;
  /** The copy. Nobody writes to it any more. */
  copy: string;
  /** The originals, as they stood before they were copied. */
  originals: Tree;
  /** The copy, as the script left it. */
  left: Tree;
  /** Whether owners can be given: only by root. */
  keepsOwners: boolean;
}

export interface AppliedChanges {
  /** Below the granted folder. */
  written: string[];
  removed: string[];
  refused: RefusedChange[];
}

const CHANGED_MEANWHILE = "was changed by somebody else while the script ran";

/**
 * Does to the originals what was done to their copies, one after another. Each is
 * whole or not at all: a file is written beside its place and put there by its name.
 * What somebody else changed since it was copied stays theirs, and no link is followed.
 */
export async function applyChanges(request: ApplyRequest): Promise<AppliedChanges> {
  const done: AppliedChanges = { written: [], removed: [], refused: [] };
  for (const change of request.changes) {
    const reason = await apply(change, request).catch(reasonOf);
    if (reason !== undefined) done.refused.push({ path: change.path, reason });
    else if (change.do === "remove") done.removed.push(change.path);
    else if (change.do === "write") done.written.push(change.path);
  }
  return done;
}

/** Why it was not done; undefined when it was. */
async function apply(change: Change, request: ApplyRequest): Promise<string | undefined> {
  const { target, originals } = request;
  const { path } = change;
  const place = join(target, path);
  if (!(await liesInFolders(target, path))) return CHANGED_MEANWHILE;
  const now = await readEntry(place);
  if (change.do === "make-folder") {
    if (now === undefined) await makeFolder(place, request);
    return now === undefined || now.kind === "folder" ? undefined : CHANGED_MEANWHILE;
  }
  const before = originals.get(path);
  if (change.do === "write") {
    const isReplaced = before !== undefined && before.kind !== "file";
    const expected = isReplaced ? undefined : before;
    const isAsExpected =
      expected === undefined ? now === undefined : now !== undefined && isUntouched(expected, now);
    if (!isAsExpected) return CHANGED_MEANWHILE;
    return writeFile(change, request);
  }
  if (now === undefined) return undefined;
  if (before === undefined || !isUntouched(before, now)) return CHANGED_MEANWHILE;
  if (now.kind === "folder") await rmdir(place);
  else await unlink(place);
  return undefined;
}

/** Whether every step of the way is a folder, and none a link to somewhere else. */
async function liesInFolders(target: string, path: string): Promise<boolean> {
  const steps = path === "" ? [] : ["", ...path.split("/").slice(0, -1)];
  let at = target;
  for (const step of steps) {
    at = join(at, step);
    const stats = await lstat(at).catch(() => undefined);
    if (stats?.isDirectory() !== true) return false;
  }
  return true;
}

async function makeFolder(place: string, { keepsOwners }: ApplyRequest): Promise<void> {
  await mkdir(place);
  if (keepsOwners) await giveTo(place, await lstat(dirname(place)));
}

async function giveTo(place: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  const folder = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW);
  await folder.chown(uid, gid).finally(() => folder.close());
}

/** A file that was there keeps its mode and owner; a new one is nobody's program. */
async function writeFile(
  { path }: Change,
  { target, copy, originals, left, keepsOwners }: ApplyRequest,
): Promise<string | undefined> {
  const place = join(target, path);
  const before = originals.get(path);
  const owner = before?.kind === "file" ? before : await lstat(dirname(place));
  const mode =
    before?.kind === "file" ? before.mode & 0o777 : ((left.get(path)?.mode ?? 0) & 0o666) | 0o600;
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_WRONLY, O_CREAT, O_EXCL } = constants;
  const beside = join(dirname(place), `.lilux-${randomBytes(8).toString("hex")}.partial`);
  const from = await open(join(copy, path), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (!(await from.stat()).isFile()) return "is no file";
    const to = await open(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      await copyBytes(from, to);
      if (keepsOwners) await to.chown(Number(owner.uid), Number(owner.gid));
      await to.chmod(mode);
    } finally {
      await to.close();
    }
    await rename(beside, place);
    return undefined;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  } finally {
    await from.close();
  }
}

async function copyBytes(from: FileHandle, to: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(256 * 1024);
  for (;;) {
    const { bytesRead } = await from.read(buffer, 0, buffer.length, null);
    if (bytesRead === 0) return;
    await to.write(buffer, 0, bytesRead, null);
  }
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const { code } = error;
  if (code === "ENOTEMPTY") return "holds what the script did not see";
  if (code === "ENOENT" || code === "ENOTDIR") return CHANGED_MEANWHILE;
  return `could not be written (${code ?? error.name})`;
}

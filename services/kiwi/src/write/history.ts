import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { flushFolder, putFile, type WritingFiles } from "@lilux/files";
import type { KeptVersion } from "@lilux/protocol";
import { ensureFolder } from "../files/ensure-folder.ts";
import { errorCodeOf } from "../files/write-failure.ts";
import type { ItemPlace } from "../library/item-place.ts";
import { readItemFile } from "../library/read-item-file.ts";

/** The newest versions of one item that are kept, whenever they are from. */
export const VERSIONS_MAX = 20;
/** Beside these, the first there was and the first of each day are kept, of so many days. */
const DAYS_MAX = 366;

const VERSION = /^\d{8}T\d{9}Z-[0-9a-f]{12}$/;

/** Where the versions of an item lie, relative to `.ai`. No item is ever found there. */
function historySegments({ item_type, qualified_id }: ItemPlace): string[] {
  return [".history", item_type, ...qualified_id.split("/")];
}

interface ToKeep {
  /** The real path of `.ai`. */
  root: string;
  place: ItemPlace;
  bytes: Uint8Array;
  /** Unix milliseconds. */
  now: number;
}

/**
 * Keeps a copy of what is about to be replaced, and answers its version: when,
 * and the beginning of the bytes' sha256.
 */
export async function keepVersion(files: WritingFiles, kept: ToKeep): Promise<string> {
  const { folder, version, path } = await placeOfVersion(files, kept);
  await putCopy(files, path, kept.bytes);
  await prune(files, folder, extname(path));
  return version;
}

/** Keeps a file itself, by moving it: whatever it says at that moment is not lost. */
export async function keepMoved(files: WritingFiles, from: string, kept: ToKeep): Promise<string> {
  const { folder, version, path } = await placeOfVersion(files, kept);
  try {
    await files.rename(from, path);
    await flushFolder(files, folder);
  } catch (error) {
    // The items may be a mount of their own; then it is copied and removed.
    if (errorCodeOf(error) !== "EXDEV") throw error;
    await putCopy(files, path, kept.bytes);
    await files.unlink(from);
  }
  await prune(files, folder, extname(path));
  return version;
}

async function placeOfVersion(files: WritingFiles, { root, place, bytes, now }: ToKeep) {
  const folder = await ensureFolder(files, root, historySegments(place), { allowTwins: true });
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const version = `${new Date(now).toISOString().replace(/[-:.]/g, "")}-${digest}`;
  return { folder, version, path: join(folder, `${version}${extname(place.path)}`) };
}

async function putCopy(files: WritingFiles, path: string, bytes: Uint8Array): Promise<void> {
  try {
    await putFile(files, { path, text: bytes, mode: 0o600, as: "new" });
  } catch (error) {
    // The very same bytes in the very same millisecond are kept already.
    if (errorCodeOf(error) !== "EEXIST") throw error;
  }
}

async function prune(files: WritingFiles, folder: string, extension: string): Promise<void> {
  const versions = await versionsIn(folder, extension);
  for (const version of surplus(versions)) {
    await files.unlink(join(folder, `${version}${extension}`)).catch(() => undefined);
  }
}

/**
 * Those to let go of: no number of changes within a day loses what there was
 * before it, nor what there was first. Newest first. Pure.
 */
function surplus(versions: readonly string[]): string[] {
  const oldestFirst = versions.toReversed();
  const firstOfDay = new Map<string, string>();
  for (const version of oldestFirst) {
    const day = version.slice(0, 8);
    if (!firstOfDay.has(day)) firstOfDay.set(day, version);
  }
  const daily = [...firstOfDay.values()].slice(-DAYS_MAX);
  const kept = new Set([...oldestFirst.slice(0, 1), ...daily, ...versions.slice(0, VERSIONS_MAX)]);
  return versions.filter((version) => !kept.has(version));
}

/** Newest first; none when there is no such folder. */
async function versionsIn(folder: string, extension: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(extension))
    .map((name) => name.slice(0, -extension.length))
    .filter((name) => VERSION.test(name))
    .sort()
    .reverse();
}

/** What is kept of an item, newest first. */
export async function listVersions(root: string, place: ItemPlace): Promise<KeptVersion[]> {
  const folder = join(root, ...historySegments(place));
  const versions = await versionsIn(folder, extname(place.path));
  return versions.map((version) => ({ version, saved_at: savedAtOf(version) }));
}

function savedAtOf(version: string): string {
  return version.replace(
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z.*$/,
    "$1-$2-$3T$4:$5:$6.$7Z",
  );
}

/**
 * A kept version's text; undefined when there is none of that name. Throws
 * `ParseFailure` for what is no text, as reading an item does.
 */
export async function readVersion(
  root: string,
  place: ItemPlace,
  version: string,
): Promise<{ text: string; contentHash: string } | undefined> {
  if (!VERSION.test(version)) return undefined;
  const path = [...historySegments(place), `${version}${extname(place.path)}`].join("/");
  try {
    return await readItemFile(root, path);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

import { chmod, lstat, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";

/** What stands at a place of a tree. Compared, it tells whether anything was done to it. */
export interface TreeEntry {
  kind: "file" | "folder" | "link" | "other";
  /** Of `stat`: they change with content, name or mode, and a script cannot set all of them. */
  inode: bigint;
  bytes: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
  mode: number;
  uid: number;
  gid: number;
  /** Of a link. */
  target: string | undefined;
}

/** Entries by their path below the root, folders before what is in them; the root itself is "". */
export type Tree = ReadonlyMap<string, TreeEntry>;

const DEPTH_MAX = 64;
const OWNER_OPENS = 0o700;

/**
 * Everything below `root`, read without following a link. `entered` decides what
 * is looked into. Throws what `tooLarge` makes above `entriesMax`, or deeper than 64 folders.
 */
export async function readTree(
  root: string,
  options: {
    entriesMax: number;
    tooLarge: () => Error;
    /** Whether folders that were closed are opened to be read: only where nobody else is. */
    opensFolders: boolean;
  },
): Promise<Map<string, TreeEntry>> {
  const { entriesMax, tooLarge, opensFolders } = options;
  const tree = new Map<string, TreeEntry>();

  async function visit(path: string, depth: number): Promise<void> {
    if (depth > DEPTH_MAX || tree.size >= entriesMax) throw tooLarge();
    const place = join(root, path);
    const entry = (await readEntry(place)) ?? undecodable(path);
    if (entry === undefined) return;
    tree.set(path, entry);
    if (entry.kind !== "folder") return;
    const isClosed = (entry.mode & OWNER_OPENS) !== OWNER_OPENS;
    if (isClosed && opensFolders) await chmod(place, entry.mode | OWNER_OPENS);
    for (const name of await readdir(place)) {
      await visit(path === "" ? name : `${path}/${name}`, depth + 1);
    }
  }

  await visit("", 0);
  return tree;
}

/** A name that is no text is read as one that is not there: listed all the same, to be told of. */
function undecodable(path: string): TreeEntry | undefined {
  if (!path.includes("\uFFFD")) return undefined;
  const nothing = { inode: 0n, bytes: 0n, modifiedNs: 0n, changedNs: 0n, mode: 0, uid: 0, gid: 0 };
  return { kind: "other", ...nothing, target: undefined };
}

/** What stands there, itself and not what a link leads to; undefined for nothing. */
export async function readEntry(place: string): Promise<TreeEntry | undefined> {
  const stats = await lstat(place, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (stats === undefined) return undefined;
  const kind = kindOf(stats);
  return {
    kind,
    inode: stats.ino,
    bytes: stats.size,
    modifiedNs: stats.mtimeNs,
    changedNs: stats.ctimeNs,
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    target: kind === "link" ? await readlink(place) : undefined,
  };
}

function kindOf(stats: {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}): TreeEntry["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  return stats.isSymbolicLink() ? "link" : "other";
}

/** Whether nothing was done to it. Of folders, only that it is one. */
export function isUntouched(before: TreeEntry, now: TreeEntry): boolean {
  if (before.kind !== now.kind) return false;
  if (before.kind === "folder") return true;
  if (before.kind === "link") return before.target === now.target;
  return (
    before.inode === now.inode &&
    before.bytes === now.bytes &&
    before.modifiedNs === now.modifiedNs &&
    before.changedNs === now.changedNs
  );
}

import { isUntouched, type Tree } from "./read-tree.ts";

/** Something a script did to its copy that may be done to the original. */
export interface Change {
  do: "make-folder" | "write" | "remove";
  /** Below the granted folder. */
  path: string;
}

/** Something it did that is not. */
export interface RefusedChange {
  path: string;
  /** A clause: "is a symbolic link". */
  reason: string;
}

export interface PlannedChanges {
  /** In the order in which they can be made: removals from the inside, then folders from the outside, then files. */
  changes: Change[];
  refused: RefusedChange[];
}

/** Why a path below the granted folder must stay as it is; undefined when it need not. */
export type Refuses = (path: string, isNew: boolean) => string | undefined;

/**
 * What a run did to a copy, judged: `copied` is the copy as the script got it,
 * `left` as it left it. Of what is refused nothing below is listed. Links, pipes,
 * sockets and devices are never made. Pure.
 */
export function planChanges(trees: { copied: Tree; left: Tree }, refuses: Refuses): PlannedChanges {
  const { copied, left } = trees;
  const refused: RefusedChange[] = [];
  const closed = new Set<string>();
  const isClosed = (path: string): boolean => ancestorsOf(path).some((place) => closed.has(place));
  const refuse = (path: string, reason: string): void => {
    closed.add(path);
    refused.push({ path, reason });
  };
  const removed: Change[] = [];
  const folders: Change[] = [];
  const files: Change[] = [];

  for (const [path, entry] of left) {
    const was = copied.get(path);
    if (isClosed(path) || (was !== undefined && isUntouched(was, entry))) continue;
    const isOfOldKind = was?.kind === entry.kind;
    const reason = refuses(path, was === undefined) ?? reasonOfKind(entry.kind, path);
    if (reason !== undefined) {
      refuse(path, reason);
      continue;
    }
    if (was !== undefined && !isOfOldKind) removed.push({ do: "remove", path });
    if (entry.kind === "folder") folders.push({ do: "make-folder", path });
    else files.push({ do: "write", path });
  }
  for (const [path] of copied) {
    if (path === "" || left.has(path) || isClosed(path)) continue;
    const reason = refuses(path, false);
    if (reason === undefined) removed.push({ do: "remove", path });
    else refuse(path, reason);
  }
  removed.sort((a, b) => depthOf(b.path) - depthOf(a.path));
  return { changes: [...removed, ...folders, ...files], refused };
}

function reasonOfKind(kind: string, path: string): string | undefined {
  if (path.includes("\uFFFD")) return "has a name that is no text";
  if (kind === "link") return "is a symbolic link";
  return kind === "other" ? "is a pipe, a socket or a device" : undefined;
}

function ancestorsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

function depthOf(path: string): number {
  return path.split("/").length;
}

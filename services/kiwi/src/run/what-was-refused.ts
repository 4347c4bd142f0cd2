import type { FilesChanged } from "@lilux/protocol";
import type { FileChanges, RefusedHost } from "@lilux/sandbox";

/** A model reads them. */
const LISTED_MAX = 50;
const LINES_MAX = 10;

/** What a result says of the files a run changed. */
export function filesChanged({ written, removed, refused }: FileChanges): FilesChanged {
  const listed = {
    written: written.toSorted().slice(0, LISTED_MAX),
    removed: removed.toSorted().slice(0, LISTED_MAX),
    refused: refused.toSorted((a, b) => (a.path < b.path ? -1 : 1)).slice(0, LISTED_MAX),
  };
  const total = written.length + removed.length + refused.length;
  const shown = listed.written.length + listed.removed.length + listed.refused.length;
  return { ...listed, ...(total === shown ? {} : { more: total - shown }) };
}

/** The same for people, as lines of the log. */
export function refusalsIn(changes: FileChanges | undefined): string[] {
  const refused = changes?.refused ?? [];
  const lines = refused
    .slice(0, LINES_MAX)
    .map(({ path, reason }) => `not kept: ${path} ${reason}`);
  const rest = refused.length - lines.length;
  return rest > 0 ? [...lines, `not kept: ${rest} more`] : lines;
}

export function refusedHostsIn(refused: readonly RefusedHost[] | undefined): string[] {
  return (refused ?? [])
    .slice(0, LINES_MAX)
    .map(({ host, reason }) => `not reached: ${host} ${reason}`);
}

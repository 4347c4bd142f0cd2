import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { putFile, SYSTEM_FILES } from "@lilux/files";
import type { ItemSummary } from "@lilux/protocol";
import { lockPathOf } from "../library/item-place.ts";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";

/** A pulled item that was copied into another source takes its lock along. */
export async function copyLock(
  library: Library,
  { item, path }: OpenedItem,
  destination: "project" | "user",
): Promise<ItemSummary> {
  const from = await library.source(item.source)?.root();
  const folder = library.source(destination);
  const to = await folder?.root();
  if (from === undefined || folder === undefined || to === undefined) return item;
  await mkdir(dirname(join(to, path)), { recursive: true });
  const text = await readFile(lockPathOf(join(from, path)));
  const lock = { path: lockPathOf(join(to, path)), text, mode: 0o644, as: "replacement" } as const;
  await putFile(folder.filesOf(SYSTEM_FILES), lock);
  // Without its lock it was no item.
  await library.update(destination, new Set([path]));
  return library.itemAt(destination, path) ?? { ...item, source: destination };
}

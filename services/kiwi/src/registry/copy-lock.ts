import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
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
  const to = await library.source(destination)?.root();
  if (from === undefined || to === undefined) return item;
  await mkdir(dirname(join(to, path)), { recursive: true });
  await copyFile(lockPathOf(join(from, path)), lockPathOf(join(to, path)));
  // Without its lock it was no item.
  await library.update(destination, new Set([path]));
  return library.itemAt(destination, path) ?? { ...item, source: destination };
}

import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import { lockPathOf } from "./lock-file.ts";

/** A pulled item that was copied into another source takes its lock along. */
export async function copyLock(
  library: Library,
  { item, path }: OpenedItem,
  destination: "project" | "user",
): Promise<void> {
  const from = await library.source(item.source)?.root();
  const to = await library.source(destination)?.root();
  if (from === undefined || to === undefined) return;
  await mkdir(dirname(join(to, path)), { recursive: true });
  await copyFile(lockPathOf(join(from, path)), lockPathOf(join(to, path)));
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { putFile, SYSTEM_FILES } from "@lilux/files";
import type { ItemSummary } from "@lilux/protocol";
import { destinationOf } from "../library/destination-of.ts";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import { hashText } from "../library/read-item-file.ts";
import { decodeText } from "../parse/decode-text.ts";
import { readLock, writeLock } from "./lock-file.ts";
import { noLongerSigned } from "./pulled-items.ts";

/**
 * Writes a verified item into the folder of its namespace, with its lock. An
 * older pull that nobody touched is replaced; one that was edited is left, and
 * `content_tampered` says so. One at a time for a file.
 */
export async function pullItem(
  library: Library,
  opened: OpenedItem,
  destination: "project" | "user",
): Promise<ItemSummary> {
  const { item, text, path, signed } = opened;
  const { root, folder } = await destinationOf(library, path, destination);
  const files = folder.filesOf(SYSTEM_FILES);
  const target = join(root, path);
  const there = await hashAt(target);
  const before = (await readLock(target)).find((locked) => locked.sha256 === there);
  if (there !== undefined && there !== item.content_hash && before === undefined) {
    throw noLongerSigned(path, "it was edited, and loading it again would lose that");
  }
  if (signed !== undefined) await writeLock(files, target, { signed, before });
  await putFile(files, { path: target, text, mode: 0o644, as: "replacement" });
  await library.update(destination, new Set([path]));
  return library.itemAt(destination, path) ?? { ...item, source: destination };
}

/** The hash of what is there: "" for what is no item at all, undefined where nothing is. */
async function hashAt(path: string): Promise<string | undefined> {
  try {
    return hashText(decodeText(await readFile(path)));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? undefined : "";
  }
}

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ItemSummary } from "@lilux/protocol";
import { destinationOf } from "../find/destination-of.ts";
import type { OpenedItem } from "../find/open-item.ts";
import type { Library } from "../library/library.ts";
import { hashText } from "../library/read-item-file.ts";
import { decodeText } from "../parse/decode-text.ts";
import { readLock, writeLock } from "./lock-file.ts";
import { noLongerSigned } from "./pulled-items.ts";
import { replaceFile } from "./write-new-file.ts";

/**
 * Writes a verified item into the folder of its namespace, with its lock. An
 * older pull that nobody touched is replaced; one that was edited is left, and
 * `content_tampered` says so. The lock comes last: broken off in between, the
 * next pull mends it.
 */
export async function pullItem(
  library: Library,
  opened: OpenedItem,
  destination: "project" | "user",
): Promise<ItemSummary> {
  const { item, text, path, signed } = opened;
  const { folder, root } = await destinationOf(library, path, destination);
  const target = join(root, path);
  await assertReplaceable(target, path, item.content_hash);
  await replaceFile(target, text, 0o644);
  if (signed !== undefined) await writeLock(target, signed);
  await library.update(destination, new Set([path]));
  return folder.records.get(path)?.summary ?? { ...item, source: destination };
}

async function assertReplaceable(target: string, path: string, hash: string): Promise<void> {
  const bytes = await readFile(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (bytes === undefined) return;
  const there = hashOf(bytes);
  if (there === hash || there === (await readLock(target))?.sha256) return;
  throw noLongerSigned(path, "it was edited, and loading it again would lose that");
}

function hashOf(bytes: Uint8Array): string | undefined {
  try {
    return hashText(decodeText(bytes));
  } catch {
    return undefined;
  }
}

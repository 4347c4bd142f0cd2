import { join } from "node:path";
import { putFile, SYSTEM_FILES } from "@lilux/files";
import { type ItemSummary, LiluxError } from "@lilux/protocol";
import { destinationOf } from "../library/destination-of.ts";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import type { SourceFolder } from "../library/source-folder.ts";

/**
 * Copies an opened item into another source of the same library, whole or not
 * at all, and takes it into the library. A different file already there is not
 * overwritten: `item_ambiguous` names it.
 */
export async function copyItem(
  library: Library,
  { item, text, path }: OpenedItem,
  destination: "project" | "user",
): Promise<ItemSummary> {
  const { folder, root } = await destinationOf(library, path, destination);
  const target = join(root, path);
  const existing = folder.records.get(path)?.summary;
  if (existing?.content_hash !== item.content_hash) {
    await writeNew(folder, { target, text, item, destination });
  }
  await library.update(destination, new Set([path]));
  return library.itemAt(destination, path) ?? { ...item, source: destination };
}

interface NewCopy {
  target: string;
  text: string;
  item: ItemSummary;
  destination: string;
}

async function writeNew(
  folder: SourceFolder,
  { target, text, item, destination }: NewCopy,
): Promise<void> {
  try {
    await putFile(folder.filesOf(SYSTEM_FILES), { path: target, text, mode: 0o644, as: "new" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    throw new LiluxError("item_ambiguous", {
      message: `The ${destination} library already holds another ${item.item_type} ${item.qualified_id}. Rename or remove it first.`,
      details: { field: "destination", candidates: [item.qualified_id] },
      cause: error,
    });
  }
}

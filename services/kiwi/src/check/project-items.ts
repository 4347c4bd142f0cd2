import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { type ItemSummary, LiluxError } from "@lilux/protocol";
import { findFiles } from "../library/find-files.ts";
import { itemPlaceOf } from "../library/item-place.ts";
import { readItemFile } from "../library/read-item-file.ts";
import { parseItem } from "../parse/parse-item.ts";

/**
 * What lists know of a project's items, read once and without an instance; files that cannot be read
 * are left out. Throws `invalid_request` for a folder without a library.
 */
export async function readProjectItems(project: string): Promise<ItemSummary[]> {
  const root = await realpath(join(project, ".ai")).catch(() => undefined);
  if (root === undefined) {
    throw new LiluxError("invalid_request", {
      message: `There is no .ai folder in ${project}. Name the folder that holds it.`,
      details: { field: "project" },
    });
  }
  const items: ItemSummary[] = [];
  for (const path of (await findFiles(root)).paths) {
    const place = itemPlaceOf(path);
    if (place === undefined) continue;
    const { item_type, item_id, qualified_id, category } = place;
    try {
      const { text, contentHash } = await readItemFile(root, path);
      const parsed = parseItem(item_type, text, item_id);
      const { name, description, version, tags, inputs, effect, examples, when_to_use } = parsed;
      items.push({
        item_type,
        item_id,
        qualified_id,
        name,
        description,
        category,
        source: "project",
        version,
        tags,
        inputs,
        effect,
        content_hash: contentHash,
        ...(examples === undefined ? {} : { examples }),
        ...(when_to_use === undefined ? {} : { when_to_use }),
      });
    } catch {
      // `lilux check` says what is wrong with it.
    }
  }
  return items;
}

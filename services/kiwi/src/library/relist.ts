import type { ItemSummary } from "@lilux/protocol";
import { pathOfItem } from "./item-place.ts";
import type { Libraries } from "./libraries.ts";

const SOURCES = ["project", "user", "registry"] as const;

/** Looks again at a pulled item's file in every library that lists it. */
export async function relist(
  libraries: Pick<Libraries, "loaded">,
  { item_type, item_id }: Pick<ItemSummary, "item_type" | "item_id">,
): Promise<void> {
  const path = pathOfItem(item_type, item_id);
  for (const library of libraries.loaded()) {
    for (const source of SOURCES) {
      if (library.source(source)?.records.has(path) !== true) continue;
      await library.update(source, new Set([path]));
    }
  }
}

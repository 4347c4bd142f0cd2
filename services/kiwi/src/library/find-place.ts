import type { ItemSummary } from "@lilux/protocol";
import { type ItemPlace, itemPlaceOf, pathOfItem } from "./item-place.ts";
import type { SourceFolder } from "./source-folder.ts";

type Named = Pick<ItemSummary, "item_type" | "qualified_id">;

/** Where an item of a source lies. Its file may be named in another form of Unicode than its id. */
export function findPlace(
  folder: Pick<SourceFolder, "records"> | undefined,
  { item_type, qualified_id }: Named,
): ItemPlace | undefined {
  const path = pathOfItem(item_type, qualified_id);
  if (folder === undefined || isPlain(qualified_id) || folder.records.has(path)) {
    return itemPlaceOf(path);
  }
  for (const { place } of folder.records.values()) {
    if (place.item_type === item_type && place.qualified_id === qualified_id) return place;
  }
  return itemPlaceOf(path);
}

/** A new item's place, in the folder that its category has already, however that is written. */
export function inKnownFolder(folder: Pick<SourceFolder, "records">, place: ItemPlace): ItemPlace {
  if (isPlain(place.category)) return place;
  for (const { place: other } of folder.records.values()) {
    if (other.item_type !== place.item_type || other.category !== place.category) continue;
    const file = place.path.slice(place.path.lastIndexOf("/"));
    return { ...place, path: other.path.slice(0, other.path.lastIndexOf("/")) + file };
  }
  return place;
}

/** One way to write it. */
function isPlain(name: string): boolean {
  return /^[\x20-\x7E]*$/.test(name);
}

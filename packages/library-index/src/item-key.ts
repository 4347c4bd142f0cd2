import type { ItemSummary, ItemType } from "@lilux/protocol";

/** `item_type:qualified_id`: what tells the items of one source apart. */
export type ItemKey = string;

/** Items are found under their bare and their qualified ids. */
export function catalogueKey(type: ItemType, id: string): string {
  return `${type}:${id}`;
}

export function keyOf({ item_type, qualified_id }: ItemSummary): ItemKey {
  return catalogueKey(item_type, qualified_id);
}

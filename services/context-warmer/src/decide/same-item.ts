import type { Call, ItemType } from "@lilux/protocol";

export interface ItemReference {
  item_type: ItemType;
  item_id: string;
}

/** Whether two references mean one item; a bare id fits the qualified one that ends in it. */
export function isSameItem(a: ItemReference, b: ItemReference): boolean {
  if (a.item_type !== b.item_type) return false;
  if (a.item_id === b.item_id) return true;
  return a.item_id.endsWith(`/${b.item_id}`) || b.item_id.endsWith(`/${a.item_id}`);
}

/** The item a call is about; a search is about none. */
export function itemOfCall(call: Call): ItemReference | undefined {
  if (call.name === "search") return undefined;
  const { item_type, item_id } = call.arguments;
  return { item_type, item_id };
}

import { type ItemSummary, type ItemType, itemTypeOf } from "@lilux/protocol";

/** `{+item_id}`: a qualified id keeps its slashes. */
export const ITEM_URI_TEMPLATE = "lilux://{item_type}/{+item_id}";

export interface ItemName {
  item_type: ItemType;
  item_id: string;
}

/** `lilux://directive/email/outreach/validate`, each part of the id percent-encoded. */
export function itemUri({
  item_type,
  qualified_id,
}: Pick<ItemSummary, "item_type" | "qualified_id">): string {
  return `lilux://${item_type}/${qualified_id.split("/").map(encodeURIComponent).join("/")}`;
}

/** The item that an address names; undefined when it is none of ours. */
export function itemOfUri(uri: string): ItemName | undefined {
  const [, type, path] = /^lilux:\/\/([a-z]+)\/([^?#]{1,4096})$/.exec(uri) ?? [];
  const item_type = itemTypeOf(type);
  if (item_type === undefined || path === undefined) return undefined;
  try {
    return { item_type, item_id: path.split("/").map(decodeURIComponent).join("/") };
  } catch {
    return undefined;
  }
}

import type { ItemKey } from "@lilux/database";
import { assertItemId } from "@lilux/library-index";
import { type ItemType, LiluxError } from "@lilux/protocol";
import { readRegistryId } from "../registry-id.ts";

/** The item that a whole id names, with its namespace. Throws `invalid_request` for any other. */
export function namedItem(given: { item_type: ItemType; item_id: string }): ItemKey {
  const named = readRegistryId(given.item_id);
  if (named?.namespace === undefined || named.version !== undefined) {
    throw new LiluxError("invalid_request", {
      message:
        "item_id must be a whole id of the registry, @namespace/category/id, without a version.",
      details: { field: "item_id" },
    });
  }
  assertItemId(named.id);
  return { namespace: named.namespace, itemType: given.item_type, qualifiedId: named.id };
}

export function noSuchItem({ namespace, itemType, qualifiedId }: ItemKey): LiluxError {
  return new LiluxError("item_not_found", {
    message: `There is no ${itemType} @${namespace}/${qualifiedId} in the registry. Give its whole id, as search with source registry lists it.`,
    details: { field: "item_id" },
  });
}

import type { ItemKey } from "@lilux/database";
import { assertItemId } from "@lilux/library-index";
import { type ItemType, LiluxError } from "@lilux/protocol";
import { readRegistryId, registryIdOf } from "./registry-id.ts";

/** The item of the tenant's own namespace that a qualified id names. Throws `forbidden` for others'. */
export function ownItem(wanted: { tenant: string; item_type: ItemType; item_id: string }): ItemKey {
  const { tenant, item_type, item_id } = wanted;
  const named = readRegistryId(item_id);
  if (named === undefined || (named.namespace ?? tenant) !== tenant) {
    throw new LiluxError("forbidden", {
      message: `Only its publisher may change ${item_id}. Use an id of your own namespace, @${tenant}/….`,
      details: { field: "item_id" },
    });
  }
  assertItemId(named.id);
  return { namespace: tenant, itemType: item_type, qualifiedId: named.id };
}

export function noSuchVersion(item: ItemKey, version?: string): LiluxError {
  const what = `${registryIdOf(item)}${version === undefined ? "" : ` ${version}`}`;
  return new LiluxError("item_not_found", {
    message: `You have not published ${what}. Give the qualified id, and a version that is there.`,
    details: { field: version === undefined ? "item_id" : "version" },
  });
}

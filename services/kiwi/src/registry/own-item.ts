import type { ItemKey } from "@lilux/database";
import { assertItemId } from "@lilux/library-index";
import { type ItemType, LiluxError, type Tenant } from "@lilux/protocol";
import { assertMayPublish } from "./may-publish.ts";
import type { RegistryCaller } from "./registry-caller.ts";
import { readRegistryId, registryIdOf } from "./registry-id.ts";
import type { RegistryParts } from "./registry-parts.ts";

export interface OwnItemWanted {
  tenant: Tenant;
  item_type: ItemType;
  item_id: string;
  by: RegistryCaller;
}

/** The item that a qualified id names, of a namespace that the caller may publish under. Throws `forbidden` for others'. */
export async function ownItem(
  parts: RegistryParts,
  { tenant, item_type, item_id, by }: OwnItemWanted,
  signal: AbortSignal | undefined,
): Promise<ItemKey> {
  const named = readRegistryId(item_id);
  if (named === undefined) {
    throw new LiluxError("forbidden", {
      message: `Only its publisher may change ${item_id}. Use an id of your own namespace, @${tenant}/….`,
      details: { field: "item_id" },
    });
  }
  assertItemId(named.id);
  const namespace = named.namespace ?? tenant;
  await assertMayPublish(parts, { namespace, by }, signal);
  return { namespace, itemType: item_type, qualifiedId: named.id };
}

export function noSuchVersion(item: ItemKey, version?: string): LiluxError {
  const what = `${registryIdOf(item)}${version === undefined ? "" : ` ${version}`}`;
  return new LiluxError("item_not_found", {
    message: `You have not published ${what}. Give the qualified id, and a version that is there.`,
    details: { field: version === undefined ? "item_id" : "version" },
  });
}

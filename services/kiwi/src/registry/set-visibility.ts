import type { Visibility } from "@lilux/database";
import type { ItemType } from "@lilux/protocol";
import { noSuchVersion, ownItem } from "./own-item.ts";
import type { RegistryParts } from "./registry-parts.ts";

export interface SetVisibilityRequest {
  tenant: string;
  item_type: ItemType;
  item_id: string;
  visibility: Visibility;
}

/** Decides who sees an item of the tenant's own, all its versions. Throws `item_not_found`. */
export async function setVisibility(
  parts: RegistryParts,
  request: SetVisibilityRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const item = ownItem(request);
  const wish = { ...item, visibility: request.visibility, at: parts.now() };
  const known = await parts.ask.run("visibility", (store) => store.setVisibility(wish, { signal }));
  if (!known) throw noSuchVersion(item);
}

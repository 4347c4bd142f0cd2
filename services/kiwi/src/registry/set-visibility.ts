import type { Visibility } from "@lilux/database";
import { noSuchVersion, type OwnItemWanted, ownItem } from "./own-item.ts";
import type { RegistryParts } from "./registry-parts.ts";

export interface SetVisibilityRequest extends OwnItemWanted {
  visibility: Visibility;
}

/** Decides who sees an item of the tenant's own, all its versions. Throws `item_not_found`. */
export async function setVisibility(
  parts: RegistryParts,
  request: SetVisibilityRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const item = await ownItem(parts, request, signal);
  const wish = { ...item, visibility: request.visibility, at: parts.now() };
  const known = await parts.ask.run("visibility", (store) => store.setVisibility(wish, { signal }));
  if (!known) throw noSuchVersion(item);
}

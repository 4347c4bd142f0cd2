import { noSuchVersion, type OwnItemWanted, ownItem } from "./own-item.ts";
import type { RegistryParts } from "./registry-parts.ts";

export interface SetYankRequest extends OwnItemWanted {
  version: string;
  /** Null takes the yank back. */
  reason: string | null;
}

/** Withdraws a version of the tenant's own: no range gives it any more. Throws `item_not_found`. */
export async function setYank(
  parts: RegistryParts,
  request: SetYankRequest,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { version, reason } = request;
  const item = await ownItem(parts, request, signal);
  const wish = { ...item, version, reason, at: parts.now() };
  const known = await parts.ask.run("yank", (store) => store.yank(wish, { signal }));
  if (!known) throw noSuchVersion(item, version);
}

import { catalogueKey } from "@lilux/library-index";
import type { LoadArguments } from "@lilux/protocol";
import type { OpenedItem } from "../library/opened-item.ts";
import type { LoadDeps } from "./load-deps.ts";
import { openItem } from "./open-item.ts";

/**
 * An item of a subscription, as it is applied: what is only read of the registry, and at no certain version,
 * is read from there, without the database. Undefined where no subscription has it.
 */
export async function openShelved(
  { library, registry, tenant }: LoadDeps,
  { item_type, item_id, destination, version }: LoadArguments,
): Promise<OpenedItem | undefined> {
  if (destination !== undefined || version !== undefined) return undefined;
  const found = library.byId.get(catalogueKey(item_type, item_id.normalize())) ?? [];
  if (!found.some(({ source }) => source === "registry")) return undefined;
  return openItem(library, { item_type, item_id, source: "registry" }, { tenant, registry });
}

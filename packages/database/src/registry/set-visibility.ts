import type { Queries } from "../database.ts";
import { registryItems } from "../schema.ts";
import { isItem } from "./item-conditions.ts";
import type { ItemKey, Visibility } from "./registry-shapes.ts";

export async function setVisibility(
  queries: Queries,
  given: ItemKey & { visibility: Visibility; at: Date },
): Promise<boolean> {
  const changed = await queries
    .update(registryItems)
    .set({ visibility: given.visibility, updatedAt: given.at })
    .where(isItem(given))
    .returning({ itemId: registryItems.itemId });
  return changed.length > 0;
}

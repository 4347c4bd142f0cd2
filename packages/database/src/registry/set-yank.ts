import { and, eq } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems, registryVersions } from "../schema.ts";
import { isItem, isVersionOf } from "./item-conditions.ts";
import type { ItemKey } from "./registry-shapes.ts";
import { updateLatest } from "./update-latest.ts";

export async function setYank(
  queries: Queries,
  given: ItemKey & { version: string; reason: string | null; at: Date },
): Promise<boolean> {
  const { version, reason, at } = given;
  // The item's row is what publishes and yanks of one item take turns by.
  await queries
    .select({ itemId: registryItems.itemId })
    .from(registryItems)
    .where(isItem(given))
    .for("update");
  const changed = await queries
    .update(registryVersions)
    .set(
      reason === null ? { yankedAt: null, yankReason: null } : { yankedAt: at, yankReason: reason },
    )
    .where(and(isVersionOf(given), eq(registryVersions.version, version)))
    .returning({ version: registryVersions.version });
  if (changed.length === 0) return false;
  await updateLatest(queries, given, at);
  return true;
}

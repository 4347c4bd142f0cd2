import type { Queries } from "../database.ts";
import { registryItems, registryVersions } from "../schema.ts";
import { latestVersion } from "./choose-version.ts";
import { isItem, isVersionOf } from "./item-conditions.ts";
import type { ItemKey } from "./registry-shapes.ts";

/** Writes down which version an item is listed with, and answers it. */
export async function updateLatest(queries: Queries, key: ItemKey, at: Date): Promise<string> {
  const rows = await queries
    .select({ version: registryVersions.version, yankedAt: registryVersions.yankedAt })
    .from(registryVersions)
    .where(isVersionOf(key));
  const latest = latestVersion(
    rows.map(({ version, yankedAt }) => ({ version, yanked: yankedAt !== null })),
  );
  await queries
    .update(registryItems)
    .set({ latestVersion: latest, updatedAt: at })
    .where(isItem(key));
  return latest;
}

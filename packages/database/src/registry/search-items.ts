import { and, eq, ne, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems, registryKeys, registryVersions } from "../schema.ts";
import { DOWNLOADS } from "./downloads.ts";
import type { RegistryHit, RegistryQuery } from "./registry-shapes.ts";
import { matchedWords, queryWords, searchQuery } from "./search-words.ts";
import { isFindableBy } from "./visibility-conditions.ts";

/** Best first, ties by namespace and id. Items without a version to offer are left out. */
export async function searchItems(
  queries: Queries,
  { tenant, itemType, query, limit }: RegistryQuery,
): Promise<{ hits: RegistryHit[]; total: number }> {
  const words = queryWords(query);
  if (words.length === 0) return { hits: [], total: 0 };
  const wanted = sql`${searchQuery(words)}::tsquery`;
  const score = sql<number>`ts_rank(${registryItems.searchWords}, ${wanted}, 32)`.mapWith(Number);
  const rows = await queries
    .select({
      item: registryItems,
      stored: registryVersions,
      publicKey: registryKeys.publicKey,
      score: score.as("score"),
      downloads: DOWNLOADS.mapWith(Number),
      total: sql<number>`count(*) over ()`.mapWith(Number),
    })
    .from(registryItems)
    .leftJoin(registryVersions, isLatestVersion)
    .leftJoin(registryKeys, isKeyOfVersion)
    .where(
      and(
        isFindableBy(tenant),
        eq(registryItems.itemType, itemType),
        ne(registryItems.latestVersion, ""),
        sql`${registryItems.searchWords} @@ ${wanted}`,
      ),
    )
    .orderBy(sql`score desc`, registryItems.namespace, registryItems.qualifiedId)
    .limit(limit);
  const hits = rows.map(({ item, stored, publicKey, score: ranked, downloads }) => ({
    ...hitOf(item, ranked, words, itemType),
    downloads,
    signed: stored === null ? undefined : { ...stored, itemType, publicKey },
  }));
  return { hits, total: rows[0]?.total ?? 0 };
}

const isLatestVersion = and(
  eq(registryVersions.namespace, registryItems.namespace),
  eq(registryVersions.itemType, registryItems.itemType),
  eq(registryVersions.qualifiedId, registryItems.qualifiedId),
  eq(registryVersions.version, registryItems.latestVersion),
);
const isKeyOfVersion = and(
  eq(registryKeys.namespace, registryVersions.namespace),
  eq(registryKeys.keyId, registryVersions.keyId),
);

function hitOf(
  item: typeof registryItems.$inferSelect,
  score: number,
  words: readonly string[],
  itemType: RegistryQuery["itemType"],
): Omit<RegistryHit, "signed" | "downloads"> {
  const { namespace, qualifiedId, itemId, name, description, category, tags, visibility } = item;
  const why = matchedWords(words, [itemId, name, category, description, ...tags]);
  const version = item.latestVersion;
  return {
    namespace,
    itemType,
    qualifiedId,
    itemId,
    name,
    description,
    category,
    tags,
    version,
    visibility,
    score,
    why,
  };
}

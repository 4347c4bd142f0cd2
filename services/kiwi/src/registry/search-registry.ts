import type { RegistryHit } from "@lilux/database";
import type { ItemType, SearchHit } from "@lilux/protocol";
import { registryIdOf } from "./registry-id.ts";
import type { RegistryParts } from "./registry-parts.ts";

export interface RegistrySearch {
  tenant: string;
  item_type: ItemType;
  query: string;
  limit: number;
}

export interface RegistryAnswer {
  results: SearchHit[];
  total: number;
}

/** The tenant's own items and everybody's public ones. What it shows of them is not verified yet. */
export async function searchRegistry(
  { ask }: RegistryParts,
  { tenant, item_type, query, limit }: RegistrySearch,
  signal: AbortSignal | undefined,
): Promise<RegistryAnswer> {
  const question = { tenant, itemType: item_type, query, limit };
  const { hits, total } = await ask.run("search", (store) => store.search(question, { signal }));
  return { results: hits.map((hit) => toSearchHit(hit, tenant)), total };
}

function toSearchHit(hit: RegistryHit, tenant: string): SearchHit {
  const { itemType, itemId, name, description, version, score, why, namespace, category } = hit;
  return {
    item_type: itemType,
    item_id: itemId,
    qualified_id: registryIdOf(hit),
    name,
    description,
    version,
    score,
    why,
    // What nobody here has looked at; of the tenant's own, opening it tells.
    ...(namespace !== tenant && itemType !== "knowledge" ? { effect: "destructive" as const } : {}),
    source: "registry",
    category: category === "" ? `@${namespace}` : `@${namespace}/${category}`,
  };
}

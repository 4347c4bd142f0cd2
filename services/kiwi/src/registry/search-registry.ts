import type { RegistryHit } from "@lilux/database";
import { type ItemType, LiluxError, type SearchHit, type Tenant } from "@lilux/protocol";
import { itemPlaceOf, pathOfItem } from "../library/item-place.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import { isPublishableId } from "./publishable-id.ts";
import { registryIdOf } from "./registry-id.ts";
import type { RegistryParts } from "./registry-parts.ts";
import { saidOf } from "./said-of.ts";
import { verifyVersion } from "./verify-version.ts";

export interface RegistrySearch {
  tenant: Tenant;
  item_type: ItemType;
  query: string;
  limit: number;
}

export interface RegistryAnswer {
  results: SearchHit[];
  total: number;
}

/**
 * The tenant's own items and everybody's public ones. Where they rank is the
 * database's word; what is shown of them is read out of the text their publisher
 * signed. Of one that is not what was signed nothing is shown but its id and why.
 */
export async function searchRegistry(
  parts: RegistryParts,
  { tenant, item_type, query, limit }: RegistrySearch,
  signal: AbortSignal | undefined,
): Promise<RegistryAnswer> {
  const question = { tenant, itemType: item_type, query, limit };
  const found = await parts.ask.run("search", (store) => store.search(question, { signal }));
  const nameable = found.hits.filter(({ qualifiedId }) => isPublishableId(qualifiedId));
  const results = await Promise.all(nameable.map((hit) => toSearchHit(parts, hit, tenant)));
  const hidden = found.hits.length - nameable.length;
  return { results, total: found.total - hidden };
}

async function toSearchHit(
  parts: RegistryParts,
  hit: RegistryHit,
  tenant: Tenant,
): Promise<SearchHit> {
  const { itemType, qualifiedId, version, score, why, namespace } = hit;
  const qualified_id = registryIdOf(hit);
  const place = itemPlaceOf(pathOfItem(itemType, qualified_id));
  const item_id = place?.item_id ?? qualifiedId;
  return {
    item_type: itemType,
    item_id,
    qualified_id,
    ...(await wordsOf(parts, hit, { tenant, item_id })),
    version,
    downloads: hit.downloads,
    score,
    why,
    // What nobody here has looked at; of the tenant's own, opening it tells.
    ...(namespace !== tenant && itemType !== "knowledge" ? { effect: "destructive" as const } : {}),
    source: "registry",
    category: place?.category ?? `@${namespace}`,
  };
}

type Words = Pick<SearchHit, "name" | "description" | "broken" | "license" | "source_repository">;

async function wordsOf(
  { trusted, texts }: RegistryParts,
  { signed, itemType, namespace }: RegistryHit,
  { tenant, item_id }: { tenant: Tenant; item_id: string },
): Promise<Words> {
  const nothing = (broken: string): Words => ({ name: item_id, description: "", broken });
  if (signed === undefined) return nothing("the version that it offers is not there");
  try {
    const keyId = verifyVersion(signed);
    await trusted().pins.look(tenant, namespace, keyId);
    const parsed = await texts.run("parseItem", itemType, signed.content, item_id);
    const { license, source_repository } = saidOf(signed);
    return {
      name: parsed.name,
      description: parsed.description,
      ...(license === undefined ? {} : { license }),
      ...(source_repository === undefined ? {} : { source_repository }),
    };
  } catch (error) {
    if (error instanceof ParseFailure) return nothing(`it cannot be read: ${error.message}`);
    if (!(error instanceof LiluxError)) throw error;
    const why = error.details?.["why"];
    return nothing(typeof why === "string" ? why : (REASONS[error.code] ?? error.message));
  }
}

const REASONS: Readonly<Record<string, string>> = {
  content_unsigned: "it has no signature",
  signing_key_changed: "it is signed with a key that its namespace is not known by",
};

import { and, eq, or } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems, registryKeys, registryVersions } from "../schema.ts";
import { chooseVersion, sortedVersions } from "./choose-version.ts";
import { VERSION_DOWNLOADS } from "./downloads.ts";
import { isVersionOf } from "./item-conditions.ts";
import { publishersFor } from "./publishers.ts";
import type { ItemKey, OpenOutcome, StoredVersion, WantedVersion } from "./registry-shapes.ts";
import { DOWN_REASON } from "./take-downs.ts";
import { isOpenTo } from "./visibility-conditions.ts";

const AVAILABLE_MAX = 20;

/** The version a wish comes to, with everything needed to check it. */
export async function openVersion(queries: Queries, wanted: WantedVersion): Promise<OpenOutcome> {
  const items = await findItems(queries, wanted);
  const [item, other] = items;
  if (item === undefined) return { kind: "no_item" };
  const exact = items.find(({ qualifiedId }) => qualifiedId === wanted.id);
  if (exact === undefined && other !== undefined) {
    return { kind: "ambiguous", qualifiedIds: items.map(({ qualifiedId }) => qualifiedId) };
  }
  const { qualifiedId, visibility } = exact ?? item;
  const key = { namespace: wanted.namespace, itemType: wanted.itemType, qualifiedId };
  const { reason, publishers } = exact ?? item;
  if (reason !== null) return { kind: "taken_down", reason };
  const isAllowed = publishers?.includes(wanted.namespace) ?? true;
  if (!isAllowed && wanted.namespace !== wanted.tenant) {
    return { kind: "not_allowed", publishers: publishers ?? [] };
  }
  const listed = await queries
    .select({ version: registryVersions.version, yankedAt: registryVersions.yankedAt })
    .from(registryVersions)
    .where(isVersionOf(key));
  const versions = listed.map((row) => ({ version: row.version, yanked: row.yankedAt !== null }));
  const chosen = chooseVersion(versions, wanted.version);
  const found = chosen === undefined ? undefined : await readVersion(queries, key, chosen);
  if (found !== undefined) return { kind: "found", version: { ...found, visibility } };
  const offered = versions.filter(({ yanked }) => !yanked).map(({ version }) => version);
  return { kind: "no_version", available: sortedVersions(offered).slice(0, AVAILABLE_MAX) };
}

interface FoundItem extends Pick<typeof registryItems.$inferSelect, "qualifiedId" | "visibility"> {
  /** Of its take-down. */
  reason: string | null;
  /** Whom the tenant takes items from; null: from everybody. */
  publishers: string[] | null;
}

/** Those of the namespace that the id names, whole id or bare, and the tenant may open. */
async function findItems(
  queries: Queries,
  { tenant, namespace, itemType, id }: WantedVersion,
): Promise<FoundItem[]> {
  return queries
    .select({
      qualifiedId: registryItems.qualifiedId,
      visibility: registryItems.visibility,
      reason: DOWN_REASON,
      publishers: publishersFor(tenant),
    })
    .from(registryItems)
    .where(
      and(
        isOpenTo(tenant),
        eq(registryItems.namespace, namespace),
        eq(registryItems.itemType, itemType),
        or(eq(registryItems.qualifiedId, id), eq(registryItems.itemId, id)),
      ),
    )
    .orderBy(registryItems.qualifiedId);
}

/** As it was published, whoever asks. */
export async function readVersion(
  queries: Queries,
  key: ItemKey,
  version: string,
): Promise<Omit<StoredVersion, "visibility"> | undefined> {
  const [row] = await queries
    .select({
      stored: registryVersions,
      publicKey: registryKeys.publicKey,
      downloads: VERSION_DOWNLOADS,
    })
    .from(registryVersions)
    .leftJoin(
      registryKeys,
      and(
        eq(registryKeys.namespace, registryVersions.namespace),
        eq(registryKeys.keyId, registryVersions.keyId),
      ),
    )
    .where(and(isVersionOf(key), eq(registryVersions.version, version)));
  if (row === undefined) return undefined;
  const { stored, publicKey, downloads } = row;
  return { ...stored, itemType: key.itemType, publicKey, downloads };
}

import { LiluxError } from "@lilux/protocol";
import { and, count, eq, ne, sql } from "drizzle-orm";
import type { Queries } from "../database.ts";
import { registryItems, registryKeys, registryVersions } from "../schema.ts";
import { isItem, isVersionOf } from "./item-conditions.ts";
import { publishRight } from "./namespace-rights.ts";
import { insertNamespace } from "./namespaces.ts";
import { listKeys } from "./registry-keys.ts";
import type { NewVersion, PublishOutcome } from "./registry-shapes.ts";
import { searchVector } from "./search-words.ts";
import { updateLatest } from "./update-latest.ts";

const ITEMS_MAX = 10_000;
const VERSIONS_MAX = 1_000;

/**
 * Adds one version, its item and its key, or nothing. Publishes of one
 * namespace go one after the other, so that of two with the same version
 * exactly one is first.
 */
export async function publishVersion(
  queries: Queries,
  version: NewVersion,
): Promise<PublishOutcome> {
  await queries.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`registry ${version.namespace}`}, 0))`,
  );
  const refusal = await claimedOrRefused(queries, version);
  if (refusal !== undefined) return refusal;
  const registered = await listKeys(queries, version.namespace);
  const isKnown = registered.includes(version.keyId);
  if (!isKnown && registered.length > 0 && !version.mayAddKey) {
    return { kind: "key_unknown", registered };
  }
  const known = await queries
    .select({ version: registryVersions.version, sha256: registryVersions.sha256 })
    .from(registryVersions)
    .where(isVersionOf(version));
  const same = known.find((row) => row.version === version.version);
  if (same !== undefined) return { kind: "version_exists", sha256: same.sha256 };
  if (known.length >= VERSIONS_MAX) {
    return { kind: "too_many", what: "versions", max: VERSIONS_MAX };
  }
  if (known.length === 0 && (await countItems(queries, version)) >= ITEMS_MAX) {
    return { kind: "too_many", what: "items", max: ITEMS_MAX };
  }
  if (!isKnown) await addKey(queries, version);
  await putItem(queries, version);
  await addVersion(queries, version);
  const latest = await updateLatest(queries, version, version.publishedAt);
  if (latest === version.version) await describeItem(queries, version);
  const [item] = await queries
    .select({ visibility: registryItems.visibility })
    .from(registryItems)
    .where(isItem(version));
  if (item === undefined)
    throw new LiluxError("internal", { cause: new Error("the item is gone") });
  return { kind: "published", visibility: item.visibility, latest };
}

/** A tenant's own name becomes its namespace by its first publish. */
async function claimedOrRefused(
  queries: Queries,
  { namespace, by, publishedAt: at }: NewVersion,
): Promise<PublishOutcome | undefined> {
  const right = await publishRight(queries, { namespace, by, at });
  if (right.kind === "unclaimed") {
    await insertNamespace(queries, { namespace, owner: by.tenant, at });
    return undefined;
  }
  return right.kind === "may" ? undefined : right;
}

async function countItems(queries: Queries, version: NewVersion): Promise<number> {
  const [row] = await queries
    .select({ items: count() })
    .from(registryItems)
    .where(
      and(
        eq(registryItems.namespace, version.namespace),
        ne(registryItems.qualifiedId, version.qualifiedId),
      ),
    );
  return row?.items ?? 0;
}

async function addKey(queries: Queries, version: NewVersion): Promise<void> {
  const { namespace, keyId, publicKey, publishedAt } = version;
  await queries
    .insert(registryKeys)
    .values({ namespace, keyId, publicKey, createdAt: publishedAt });
}

async function putItem(queries: Queries, version: NewVersion): Promise<void> {
  const { namespace, itemType, qualifiedId, itemId, category, visibility, publishedAt } = version;
  await queries
    .insert(registryItems)
    .values({
      namespace,
      itemType,
      qualifiedId,
      itemId,
      category,
      ...shownParts(version),
      visibility: visibility ?? "private",
      latestVersion: "",
      createdAt: publishedAt,
      updatedAt: publishedAt,
    })
    .onConflictDoUpdate({
      target: [registryItems.namespace, registryItems.itemType, registryItems.qualifiedId],
      set: { updatedAt: publishedAt, ...(visibility === undefined ? {} : { visibility }) },
    });
}

async function addVersion(queries: Queries, given: NewVersion): Promise<void> {
  const { namespace, itemType, qualifiedId, version, content, sha256, changelog } = given;
  const { publisher, publishedAt, keyId, signature, facts } = given;
  await queries.insert(registryVersions).values({
    namespace,
    itemType,
    qualifiedId,
    version,
    content,
    sha256,
    changelog,
    publisher,
    publishedAt,
    keyId,
    signature,
    ...facts,
  });
}

/** Searches show what the newest version says of itself. */
async function describeItem(queries: Queries, version: NewVersion): Promise<void> {
  await queries.update(registryItems).set(shownParts(version)).where(isItem(version));
}

function shownParts(version: NewVersion) {
  const { name, description, tags } = version;
  const searchWords = sql`${searchVector(version)}::tsvector`;
  return { name, description, tags, searchWords };
}

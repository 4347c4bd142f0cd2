import { effectiveEffect } from "@lilux/core/consent";
import type { OpenOutcome, StoredVersion } from "@lilux/database";
import { assertItemId } from "@lilux/library-index";
import {
  type ItemSummary,
  type ItemType,
  LiluxError,
  type RegistryOrigin,
  type Tenant,
} from "@lilux/protocol";
import semver from "semver";
import { factsOfItem } from "../library/facts-of-item.ts";
import { itemPlaceOf, pathOfItem } from "../library/item-place.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import type { ParsedItem } from "../parse/parsed-item.ts";
import type { TextWork } from "../texts/text-work.ts";
import { type RegistryId, readRegistryId, registryIdOf } from "./registry-id.ts";
import type { RegistryParts } from "./registry-parts.ts";
import { itemTakenDown, publisherNotAllowed } from "./registry-refusals.ts";
import { saidOf } from "./said-of.ts";
import { tampered, verifyVersion } from "./verify-version.ts";

export interface RegistryWanted {
  tenant: Tenant;
  item_type: ItemType;
  /** `@namespace/category/id@range`; namespace, category and range may be left out. */
  item_id: string;
  /** In place of the one in the id. */
  version?: string | undefined;
}

/**
 * Fetches one version and verifies all of it. Throws `item_not_found`,
 * `item_ambiguous`, and what verification and the pins throw.
 */
export async function openStoredItem(
  { ask, trusted, texts }: RegistryParts,
  wanted: RegistryWanted,
  signal: AbortSignal | undefined,
): Promise<OpenedItem> {
  const { pins } = trusted();
  const { tenant, item_type } = wanted;
  const named = idOf(wanted);
  const { id, version } = named;
  const namespace = named.namespace ?? tenant;
  const question = { tenant, namespace, itemType: item_type, id, version };
  const outcome = await ask.run("open", (store) => store.open(question, { signal }));
  if (outcome.kind !== "found") {
    const isBare = outcome.kind === "no_item" && named.namespace === undefined;
    const namesakes = isBare
      ? await ask.run("open", (store) =>
          store.namesakes({ tenant, itemType: item_type, id }, { signal }),
        )
      : [];
    throw notOpened(outcome, { wanted, namespace, namesakes });
  }
  const stored = outcome.version;
  assertIsAnswer(stored, id, version);
  const keyId = verifyVersion(stored);
  await pins.check(tenant, namespace, keyId);
  return openedFrom(texts, stored, { tenant, keyId });
}

function idOf({ item_id, version }: RegistryWanted): RegistryId {
  const named = readRegistryId(item_id);
  if (named === undefined) {
    throw new LiluxError("invalid_request", {
      message: "item_id must be @namespace/category/id, as search with source registry lists it.",
      details: { field: "item_id" },
    });
  }
  assertItemId(named.id);
  const wish = version ?? named.version;
  if (wish === undefined || semver.validRange(wish) !== null) return { ...named, version: wish };
  throw new LiluxError("invalid_request", {
    message: `version must be a version or a range such as 1.2.0, ^1.2 or 1.x; "${wish}" is not.`,
    details: { field: "version" },
  });
}

/** A database that others can write to might answer a sound version of something else. */
function assertIsAnswer(stored: StoredVersion, id: string, version: string | undefined): void {
  const isItem = stored.qualifiedId === id || stored.qualifiedId.endsWith(`/${id}`);
  const options = { includePrerelease: true };
  const isVersion = version === undefined || semver.satisfies(stored.version, version, options);
  if (!isItem || !isVersion) throw tampered(stored, "it is not what was asked for");
}

async function openedFrom(
  texts: TextWork,
  stored: StoredVersion,
  { tenant, keyId }: { tenant: Tenant; keyId: string },
): Promise<OpenedItem> {
  const { namespace, itemType, content, sha256, version, qualifiedId } = stored;
  const qualified_id = registryIdOf({ namespace, qualifiedId });
  const path = pathOfItem(itemType, qualified_id);
  const place = itemPlaceOf(path);
  const item_id = place?.item_id ?? qualifiedId;
  const parsed = await parsedOf(texts, stored, item_id);
  const { name, description, tags, inputs, examples, when_to_use } = parsed;
  const isForeign = namespace !== tenant;
  const item: ItemSummary = {
    item_type: itemType,
    item_id,
    qualified_id,
    name,
    description,
    category: place?.category ?? "",
    source: "registry",
    version,
    tags,
    inputs,
    ...effectOf({ isForeign, itemType, sha256, qualified_id }, parsed),
    content_hash: sha256,
    ...(examples === undefined ? {} : { examples }),
    ...(when_to_use === undefined ? {} : { when_to_use }),
  };
  return { item, parsed, text: content, path, reached: [], ...originOf(stored, keyId) };
}

interface StoredText {
  isForeign: boolean;
  itemType: ItemType;
  sha256: string;
  qualified_id: string;
}

/** Nobody here has looked at a stranger's manifest; pulling the item is how to say somebody has. */
function effectOf(
  { isForeign, itemType, sha256, qualified_id }: StoredText,
  parsed: ParsedItem,
): Pick<ItemSummary, "effect" | "effect_reason"> {
  const named = { item_type: itemType, qualified_id, contentHash: sha256 };
  // What its steps lead to is here only once it was pulled.
  const { effect, reason } = effectiveEffect(factsOfItem(named, parsed), () => []);
  if (isForeign && itemType !== "knowledge" && effect !== "destructive") {
    const effect_reason = "It is another namespace's, and nobody here has looked at it.";
    return { effect: "destructive", effect_reason };
  }
  return reason === undefined ? { effect } : { effect, effect_reason: reason };
}

async function parsedOf(
  texts: TextWork,
  { itemType, content, qualifiedId }: StoredVersion,
  itemId: string,
): Promise<ParsedItem> {
  try {
    return await texts.run("parseItem", itemType, content, itemId);
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    const { line, column, fix, message: cause } = error;
    throw new LiluxError("item_broken", {
      message: `The ${itemType} ${qualifiedId} of the registry cannot be read: ${line}:${column}: ${cause}.`,
      details: { item_type: itemType, source: "registry", line, column, cause, fix },
    });
  }
}

function originOf(
  stored: StoredVersion,
  keyId: string,
): Pick<OpenedItem, "registry" | "signed" | "warnings"> {
  const { namespace, version, sha256, publishedAt, changelog, visibility } = stored;
  const registry: RegistryOrigin = {
    namespace,
    version,
    sha256,
    key_id: keyId,
    published_at: publishedAt.toISOString(),
    changelog,
    visibility,
    ...saidOf(stored),
    downloads: stored.downloads.version,
  };
  const signed = { registry, signed: stored };
  if (stored.yankedAt === null) return signed;
  const reason = stored.yankReason === "" ? "" : ` Its publisher says: ${stored.yankReason}`;
  const warning = `Version ${version} was withdrawn by its publisher on ${stored.yankedAt.toISOString().slice(0, 10)}.${reason}`;
  return { ...signed, warnings: [warning] };
}

interface Asked {
  wanted: RegistryWanted;
  namespace: string;
  namesakes: readonly string[];
}

function notOpened(outcome: Exclude<OpenOutcome, { kind: "found" }>, asked: Asked): LiluxError {
  const { wanted, namespace, namesakes } = asked;
  const what = `${wanted.item_type} ${wanted.item_id}`;
  switch (outcome.kind) {
    case "ambiguous": {
      const candidates = outcome.qualifiedIds.map((qualifiedId) =>
        registryIdOf({ namespace, qualifiedId }),
      );
      return new LiluxError("item_ambiguous", {
        message: `Several items of the registry are ${what}: ${candidates.join(", ")}. Use one of these as item_id.`,
        details: { field: "item_id", candidates },
      });
    }
    case "taken_down":
      return itemTakenDown(what, outcome.reason);
    case "not_allowed":
      return publisherNotAllowed(namespace, outcome.publishers);
    case "no_version": {
      const { available } = outcome;
      const offer =
        available.length === 0 ? "All were withdrawn." : `There are ${available.join(", ")}.`;
      return new LiluxError("item_not_found", {
        message: `The registry has no version of ${what} that fits ${wanted.version ?? "the newest release"}. ${offer}`,
        details: { field: "version", available },
      });
    }
    case "no_item": {
      const advice =
        namesakes.length === 0
          ? `Search for it: search(${wanted.item_type}, "…", source registry).`
          : `Others publish ${namesakes.join(", ")}: name one in full to use it.`;
      return new LiluxError("item_not_found", {
        message: `There is no ${what} in the registry. ${advice}`,
        details: { field: "item_id", suggestions: namesakes },
      });
    }
  }
}

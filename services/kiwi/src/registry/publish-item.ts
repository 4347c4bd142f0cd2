import type { NewVersion, PublishOutcome, VersionFacts, Visibility } from "@lilux/database";
import { type ItemType, LiluxError, type Tenant } from "@lilux/protocol";
import { itemPlaceOf, pathOfItem } from "../library/item-place.ts";
import { hashText } from "../library/read-item-file.ts";
import { decodeText } from "../parse/decode-text.ts";
import { ParseFailure } from "../parse/parse-failure.ts";
import type { ParsedItem } from "../parse/parsed-item.ts";
import type { TextWork } from "../texts/text-work.ts";
import { assertMayPublish, mayNotPublish, publisherOf } from "./may-publish.ts";
import { exact } from "./publish-parameters.ts";
import { isPublishableId } from "./publishable-id.ts";
import type { RegistryCaller } from "./registry-caller.ts";
import type { RegistryParts } from "./registry-parts.ts";
import type { SigningKey } from "./signing-keys.ts";
import { statementBytes } from "./statement.ts";

export interface PublishRequest {
  tenant: Tenant;
  item_type: ItemType;
  /** category/…/id, without a namespace. */
  qualified_id: string;
  text: string;
  /** Undefined: the one the item itself says. */
  version: string | undefined;
  changelog: string;
  visibility: Visibility | undefined;
  /** Sign with a new key, which everybody who knows the old one has to accept. */
  newKey: boolean;
  /** Undefined: the tenant's own name. */
  namespace: string | undefined;
  facts: VersionFacts;
  by: RegistryCaller;
}

export interface Published {
  namespace: string;
  qualified_id: string;
  version: string;
  sha256: string;
  key_id: string;
  visibility: Visibility;
  latest: string;
}

type Checked = Pick<
  NewVersion,
  "itemId" | "category" | "name" | "description" | "tags" | "version" | "content" | "sha256"
>;

/**
 * Checks the item again from its text alone, signs it with the tenant's key,
 * and adds it in one transaction. Throws `version_exists`, `item_broken`,
 * `invalid_inputs`, `signing_key_unusable`.
 */
export async function publishItem(
  parts: RegistryParts,
  request: PublishRequest,
  signal: AbortSignal | undefined,
): Promise<Published> {
  const { tenant, item_type: itemType, qualified_id: qualifiedId } = request;
  const namespace = request.namespace ?? tenant;
  const checked = await checkPublishable(parts.texts, request);
  // A tenant's own name is looked at in the transaction; of others no key is made for nothing.
  const by =
    namespace === tenant
      ? await publisherOf(parts, request.by)
      : await assertMayPublish(parts, { namespace, by: request.by }, signal);
  const key = await keyFor(parts, { ...request, namespace }, signal);
  const publishedAt = parts.now();
  const { version, sha256 } = checked;
  const { facts } = request;
  const named = { namespace, itemType, qualifiedId, version, sha256, publishedAt };
  const statement = { ...named, ...facts };
  const entry: NewVersion = {
    namespace,
    itemType,
    qualifiedId,
    publisher: tenant,
    facts,
    by,
    publishedAt,
    ...checked,
    visibility: request.visibility,
    changelog: request.changelog,
    keyId: key.keyId,
    publicKey: key.publicKey,
    mayAddKey: request.newKey,
    signature: key.sign(statementBytes(statement)),
  };
  const outcome = await parts.ask.run("publish", (store) => store.publish(entry, { signal }));
  if (outcome.kind !== "published") throw refused(outcome, entry);
  const { visibility, latest } = outcome;
  const result = { namespace, qualified_id: `@${namespace}/${qualifiedId}`, version, sha256 };
  return { ...result, key_id: key.keyId, visibility, latest };
}

/** The id, the text and the version, as whoever pulls it will see them. Touches nothing. */
export async function checkPublishable(
  texts: TextWork,
  {
    item_type,
    qualified_id,
    text,
    version: wished,
  }: Pick<PublishRequest, "item_type" | "qualified_id" | "text" | "version">,
): Promise<Checked> {
  const place = itemPlaceOf(pathOfItem(item_type, qualified_id));
  if (place === undefined || !isPublishableId(qualified_id)) {
    throw new LiluxError("invalid_request", {
      message: `${qualified_id} cannot be published: its id may hold letters, digits, ".", "_" and "-", and every part begins with a letter, a digit or "_". Rename it.`,
      details: { field: "item_id" },
    });
  }
  const content = await parsedFrom(item_type, qualified_id, async () =>
    decodeText(Buffer.from(text, "utf8")),
  );
  const parsed = await parsedFrom(item_type, qualified_id, () =>
    texts.run("parseItem", item_type, content, place.item_id),
  );
  const { name, description, tags } = parsed;
  const sha256 = hashText(content);
  const version = versionOf(parsed, wished);
  const { item_id: itemId, category } = place;
  return { itemId, category, name, description, tags, version, content, sha256 };
}

/** What the parsers give an item that says no version. */
const NO_VERSION = "0.0.0";

function versionOf(parsed: ParsedItem, wished: string | undefined): string {
  const said = parsed.version === NO_VERSION ? undefined : parsed.version;
  if (wished !== undefined && said !== undefined && wished !== said) {
    throw new LiluxError("invalid_inputs", {
      message: `version is ${wished}, but the item itself says ${said}. Change one of them.`,
      details: { field: "version", said },
    });
  }
  const version = wished ?? said;
  if (version !== undefined) return exact("version", version);
  throw new LiluxError("invalid_inputs", {
    message: "The item says no version. Write one into it, or give version, such as 1.0.0.",
    details: { field: "version" },
  });
}

async function parsedFrom<T>(type: ItemType, id: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ParseFailure)) throw error;
    const { line, column, fix, message: cause } = error;
    throw new LiluxError("item_broken", {
      message: `The ${type} ${id} cannot be published: ${line}:${column}: ${cause}. ${fix}`,
      details: { item_type: type, line, column, cause, fix },
    });
  }
}

/** The namespace's key to sign with; the tenant itself trusts it from then on. */
async function keyFor(
  { ask, trusted }: RegistryParts,
  { tenant, namespace, newKey }: PublishRequest & { namespace: string },
  signal: AbortSignal | undefined,
): Promise<SigningKey> {
  const { keys, pins } = trusted();
  const registered = await ask.run("publish", (store) => store.keys(namespace, { signal }));
  const current = newKey
    ? await keys.of(namespace).catch(() => undefined)
    : await keys.ensure(namespace);
  // A key that a failed try left behind is new enough.
  const isNew = current !== undefined && !registered.includes(current.keyId);
  const key =
    newKey && !isNew ? await keys.replace(namespace) : (current ?? (await keys.ensure(namespace)));
  await pins.accept(tenant, namespace, key.keyId);
  return key;
}

function refused(
  outcome: Exclude<PublishOutcome, { kind: "published" }>,
  { namespace, qualifiedId, version, keyId, sha256 }: NewVersion,
): LiluxError {
  switch (outcome.kind) {
    case "version_exists": {
      const identical = outcome.sha256 === sha256;
      const advice = identical
        ? "It holds exactly this content: there is nothing left to do."
        : "Versions never change: publish a higher one.";
      return new LiluxError("version_exists", {
        message: `@${namespace}/${qualifiedId} ${version} is already published. ${advice}`,
        details: { field: "version", version, identical },
      });
    }
    case "key_unknown":
      return new LiluxError("signing_key_unusable", {
        message: `The key here is not one that @${namespace} is registered with. Restore that key's file under the state directory, or publish with new_key=true.`,
        details: { registered: outcome.registered, offered: keyId },
      });
    case "not_yours":
    case "restricted":
      return mayNotPublish(namespace, outcome.kind);
    case "too_many":
      return new LiluxError("invalid_request", {
        message: `@${namespace} has as many ${outcome.what} as it may (${outcome.max}).`,
        details: { limit: outcome.max },
      });
  }
}

import type { StoredLibrary, Visibility } from "@lilux/database";
import {
  type LibraryItem,
  type LibraryOrder,
  LiluxError,
  type SharedLibrary,
  type Tenant,
} from "@lilux/protocol";
import { assertMayPublish, mayNotPublish } from "../may-publish.ts";
import { exact } from "../publish-parameters.ts";
import type { RegistryCaller } from "../registry-caller.ts";
import { readRegistryId } from "../registry-id.ts";
import { type LibraryContext, libraryId, libraryName } from "./library-context.ts";
import { libraryStatementBytes } from "./library-statement.ts";

type Order = Extract<LibraryOrder, { do: "publish-library" }>;

const RANKS: readonly Visibility[] = ["private", "unlisted", "public"];

/** Signs a set of published items as one version. Throws `version_exists`, `item_not_found`, `forbidden`, `invalid_inputs`. */
export async function publishLibrary(
  { parts }: LibraryContext,
  caller: RegistryCaller,
  order: Order,
): Promise<SharedLibrary> {
  const named = libraryName(order.library);
  const { namespace } = named;
  const by = await assertMayPublish(parts, { namespace, by: caller }, undefined);
  const version = exact("version", order.version);
  const visibility = order.visibility ?? "private";
  const items: LibraryItem[] = [];
  for (const wanted of order.items) {
    items.push(await pinnedItem(parts, { ...named, tenant: caller.tenant, visibility }, wanted));
  }
  assertEachOnce(items);
  const key = await parts.trusted().keys.of(namespace);
  if (key === undefined) throw mayNotPublish(namespace, "not_yours");
  const unsigned = { ...named, version, items, publishedAt: parts.now() };
  const library: StoredLibrary = {
    ...unsigned,
    visibility,
    description: order.description ?? "",
    changelog: order.changelog ?? "",
    publisher: caller.tenant,
    keyId: key.keyId,
    publicKey: key.publicKey,
    signature: key.sign(libraryStatementBytes(unsigned)),
  };
  const outcome = await parts.ask.run("publish", (store) => store.publishLibrary({ library, by }));
  switch (outcome.kind) {
    case "published":
      return shownLibrary(library);
    case "version_exists":
      throw new LiluxError("version_exists", {
        message: `${order.library} ${version} is already published. Versions never change: publish a higher one.`,
        details: { field: "version", version },
      });
    case "too_many":
      throw invalid("version", `has as many versions before it as a library may (${outcome.max})`);
    case "not_yours":
    case "restricted":
      throw mayNotPublish(namespace, outcome.kind);
  }
}

async function pinnedItem(
  { ask }: LibraryContext["parts"],
  of: { namespace: string; tenant: Tenant; visibility: Visibility },
  wanted: Order["items"][number],
): Promise<LibraryItem> {
  const named = readRegistryId(wanted.item_id);
  if (named === undefined || (named.namespace ?? of.namespace) !== of.namespace) {
    throw invalid("items", `names ${wanted.item_id}, which is not of @${of.namespace}`);
  }
  const { tenant, namespace } = of;
  const question = {
    tenant,
    namespace,
    id: named.id,
    itemType: wanted.item_type,
    version: wanted.version ?? named.version,
  };
  const found = await ask.run("open", (store) => store.open(question));
  const what = `${wanted.item_type} @${namespace}/${named.id}`;
  if (found.kind !== "found") {
    throw new LiluxError("item_not_found", {
      message: `${what} is not published${wanted.version === undefined ? "" : ` at ${wanted.version}`}. Publish it first: a library holds what its namespace has published.`,
      details: { field: "items" },
    });
  }
  const { version, sha256, signature, qualifiedId, visibility } = found.version;
  if (RANKS.indexOf(visibility) < RANKS.indexOf(of.visibility)) {
    throw invalid(
      "items",
      `names ${what}, which is ${visibility}, while the library is to be ${of.visibility}`,
    );
  }
  const { item_type } = wanted;
  return { item_type, qualified_id: qualifiedId, version, sha256, signature: signature ?? "" };
}

function assertEachOnce(items: readonly LibraryItem[]): void {
  const ids = items.map(({ item_type, qualified_id }) => `${item_type} ${qualified_id}`);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw invalid("items", `names ${twice} twice`);
}

export function shownLibrary(library: StoredLibrary): SharedLibrary {
  const { version, visibility, description, changelog, items, publishedAt } = library;
  const shown = { library: libraryId(library), version, visibility, description, changelog };
  return { ...shown, items, publishedAt: publishedAt.getTime() };
}

function invalid(field: string, problem: string): LiluxError {
  return new LiluxError("invalid_inputs", {
    message: `${field} ${problem}. Correct it and publish again.`,
    details: { field },
  });
}

import type { StoredLibrary, StoredSubscription } from "@lilux/database";
import { LiluxError, type Tenant } from "@lilux/protocol";
import semver from "semver";
import type { RegistryParts } from "../registry-parts.ts";
import { publisherNotAllowed } from "../registry-refusals.ts";
import type { Shelf } from "./shelf.ts";
import { type VerifiedText, verifiedTexts } from "./verified-texts.ts";

/** What orders about libraries work with. */
export interface LibraryContext {
  parts: RegistryParts;
  /** Undefined without a state folder. */
  shelf: Shelf | undefined;
  library: {
    /** Whether the tenant has a library of its own that subscriptions can be a source of. */
    hasShelf(tenant: Tenant): boolean;
    /** Whether several tool cores share the tenants. */
    isShared: boolean;
    /** Rejects with `library_unreachable` where another tool core serves the tenant. */
    enter(tenant: Tenant): Promise<Disposable>;
    /** Ids of the tenant's project and user that hide one of these. */
    hiddenAmong(tenant: Tenant, texts: readonly VerifiedText[]): Promise<string[]>;
    /** Files of the shelf changed. */
    relist(tenant: Tenant, paths: ReadonlySet<string>): Promise<void>;
  };
  onFault(error: unknown): void;
}

export interface LibraryName {
  namespace: string;
  name: string;
}

/** `@acme/mail`, whose form was checked. */
export function libraryName(id: string): LibraryName {
  const [namespace = "", name = ""] = id.slice(1).split("/");
  return { namespace, name };
}

export function libraryId({ namespace, name }: LibraryName): string {
  return `@${namespace}/${name}`;
}

/** The versions that a tenant may see. Throws `publisher_not_allowed`, and `item_not_found` where there are none. */
export async function versionsFor(
  { parts: { ask } }: LibraryContext,
  tenant: Tenant,
  name: LibraryName,
): Promise<StoredLibrary[]> {
  const versions = await ask.run("open", (store) => store.libraryVersions({ tenant, ...name }));
  if (versions.length === 0) {
    throw new LiluxError("item_not_found", {
      message: `There is no library ${libraryId(name)} in the registry. lilux library list shows those that are.`,
      details: { field: "library" },
    });
  }
  const { namespace } = name;
  const allowed = await ask.run("open", (store) => store.publishers(tenant));
  if (namespace !== tenant && allowed !== null && !allowed.includes(namespace)) {
    throw publisherNotAllowed(namespace, allowed);
  }
  return versions;
}

/** The newest version that fits; undefined when what is applied is that, or nothing fits. */
export function updateOf(
  { range, applied }: Pick<StoredSubscription, "range" | "applied">,
  versions: readonly StoredLibrary[],
): StoredLibrary | undefined {
  const newest = semver.maxSatisfying(
    versions.map(({ version }) => version),
    range,
  );
  if (newest === null || newest === applied) return undefined;
  if (applied !== null && semver.lt(newest, applied)) return undefined;
  return versions.find(({ version }) => version === newest);
}

export async function subscriptionOf(
  { parts: { ask } }: LibraryContext,
  tenant: Tenant,
  { namespace, name }: LibraryName,
): Promise<StoredSubscription> {
  const all = await ask.run("open", (store) => store.subscriptions({ tenant }));
  const found = all.find((known) => known.namespace === namespace && known.name === name);
  if (found !== undefined) return found;
  throw new LiluxError("not_found", {
    message: `Your tenant does not subscribe to @${namespace}/${name}. lilux library subscribe @${namespace}/${name} begins.`,
    details: { field: "library" },
  });
}

/** The items of every applied version, checked. Of one item in two libraries at two versions, an error says so. */
export async function appliedTexts(
  context: LibraryContext,
  subscriptions: readonly StoredSubscription[],
): Promise<VerifiedText[]> {
  const { parts } = context;
  const texts = new Map<string, { text: VerifiedText; of: string }>();
  for (const subscription of subscriptions) {
    const { tenant, namespace, name, applied } = subscription;
    if (applied === null) continue;
    const versions = await parts.ask.run("open", (store) =>
      store.libraryVersions({ tenant, namespace, name }),
    );
    const library = versions.find(({ version }) => version === applied);
    if (library === undefined) continue;
    for (const text of await verifiedTexts(parts, tenant, library)) {
      const { item_type, qualified_id, sha256, version } = text.item;
      const key = `${item_type} @${namespace}/${qualified_id}`;
      const other = texts.get(key);
      if (other !== undefined && other.text.item.sha256 !== sha256) {
        throw new LiluxError("invalid_request", {
          message: `${libraryId({ namespace, name })} has ${key} at ${version}, and ${other.of} has it at ${other.text.item.version}. Choose versions that agree, or unsubscribe from one of them.`,
          details: { field: "library" },
        });
      }
      texts.set(key, { text, of: libraryId({ namespace, name }) });
    }
  }
  return [...texts.values()].map(({ text }) => text);
}

/** Makes the tenant's shelf what its subscriptions say. */
export async function arrange(context: LibraryContext, tenant: Tenant): Promise<void> {
  const { parts, shelf, library } = context;
  if (shelf === undefined) throw parts.ask.missing("LILUX_STATE_DIR");
  const subscriptions = await parts.ask.run("open", (store) => store.subscriptions({ tenant }));
  const changed = await shelf.arrange(tenant, await appliedTexts(context, subscriptions));
  if (changed.size > 0) await library.relist(tenant, changed);
}

import type { ItemType, Tenant } from "@lilux/protocol";
import type { Database, DatabaseCallOptions } from "../database.ts";
import { lookIn } from "../look-in.ts";
import { deleteNamespace } from "./delete-namespace.ts";
import { addDownload, type Download } from "./downloads.ts";
import { findNamesakes } from "./find-namesakes.ts";
import { type Publisher, type PublishRight, publishRight } from "./namespace-rights.ts";
import { openVersion } from "./open-version.ts";
import { publishVersion } from "./publish-version.ts";
import { registryBytes } from "./registry-bytes.ts";
import { listKeys } from "./registry-keys.ts";
import type {
  ItemKey,
  NewVersion,
  OpenOutcome,
  PublishOutcome,
  RegistryHit,
  RegistryQuery,
  Visibility,
  WantedVersion,
} from "./registry-shapes.ts";
import { searchItems } from "./search-items.ts";
import { setVisibility } from "./set-visibility.ts";
import { setYank } from "./set-yank.ts";

/**
 * The registry's rows. It stores and finds; it trusts nobody and is trusted by
 * nobody: hashes and signatures are made and checked by whoever uses it. Each
 * method is one transaction and rejects as `Database.transaction` does. An embedded
 * database is made by the first who publishes: until then there is nothing to find,
 * and what only looks is answered so.
 */
export interface RegistryStore {
  publish(version: NewVersion, options?: DatabaseCallOptions): Promise<PublishOutcome>;
  open(wanted: WantedVersion, options?: DatabaseCallOptions): Promise<OpenOutcome>;
  search(
    query: RegistryQuery,
    options?: DatabaseCallOptions,
  ): Promise<{ hits: RegistryHit[]; total: number }>;
  /** Public items of other namespaces with that bare or qualified id, as `@namespace/id`. */
  namesakes(
    wanted: { tenant: Tenant; itemType: ItemType; id: string },
    options?: DatabaseCallOptions,
  ): Promise<string[]>;
  /** Null takes a yank back. Whether there is such a version. */
  yank(
    wanted: ItemKey & { version: string; reason: string | null; at: Date },
    options?: DatabaseCallOptions,
  ): Promise<boolean>;
  /** Whether there is such an item. */
  setVisibility(
    wanted: ItemKey & { visibility: Visibility; at: Date },
    options?: DatabaseCallOptions,
  ): Promise<boolean>;
  /** Whether somebody may publish, yank and show under a namespace now. */
  publishRight(
    wanted: { namespace: string; by: Publisher; at: Date },
    options?: DatabaseCallOptions,
  ): Promise<PublishRight>;
  /** Notes that a tenant has a version. */
  download(download: Download, options?: DatabaseCallOptions): Promise<void>;
  /** The ids of the keys that may sign for a namespace, oldest first. */
  keys(namespace: string, options?: DatabaseCallOptions): Promise<string[]>;
  /** How many bytes the texts have that a tenant published under its namespaces, all versions together. */
  heldBytes(tenant: Tenant, options?: DatabaseCallOptions): Promise<number>;
  /** Everything under the namespaces of a tenant; rows by kind. */
  deleteNamespace(tenant: Tenant, options?: DatabaseCallOptions): Promise<Record<string, number>>;
}

function unclaimed({ namespace, by }: { namespace: string; by: Publisher }): PublishRight {
  return { kind: namespace === by.tenant ? "unclaimed" : "not_yours" };
}

export function createRegistryStore(database: Database): RegistryStore {
  const { transaction } = database;
  const look = lookIn(database);
  return {
    publish: (version, options) => transaction((q) => publishVersion(q, version), options),
    open: (wanted, options) => look({ kind: "no_item" }, (q) => openVersion(q, wanted), options),
    search: (query, options) => look({ hits: [], total: 0 }, (q) => searchItems(q, query), options),
    namesakes: (wanted, options) => look([], (q) => findNamesakes(q, wanted), options),
    yank: (wanted, options) => look(false, (q) => setYank(q, wanted), options),
    setVisibility: (wanted, options) => look(false, (q) => setVisibility(q, wanted), options),
    heldBytes: (tenant, options) => look(0, (q) => registryBytes(q, tenant), options),
    deleteNamespace: (tenant, options) => look({}, (q) => deleteNamespace(q, tenant), options),
    publishRight: (wanted, options) =>
      look(unclaimed(wanted), (q) => publishRight(q, wanted), options),
    download: (download, options) => transaction((q) => addDownload(q, download), options),
    keys: (namespace, options) => look([], (q) => listKeys(q, namespace), options),
  };
}

import type { Clock } from "@lilux/core/async";
import type { Database, RegistryStore } from "@lilux/database";
import { createRegistryStore } from "@lilux/database";
import type { ItemSummary, RegistryOrigin } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import type { KiwiMetrics } from "../metrics.ts";
import type { TextWork } from "../texts/text-work.ts";
import { createAskRegistry } from "./ask-registry.ts";
import { openStoredItem, type RegistryWanted } from "./open-stored-item.ts";
import type { Pins } from "./pins.ts";
import { type Published, type PublishRequest, publishItem } from "./publish-item.ts";
import { pullItem } from "./pull-item.ts";
import { checkPulledItem, type PulledFile, vouchForPulled } from "./pulled-items.ts";
import type { RegistryParts } from "./registry-parts.ts";
import { type RegistryAnswer, type RegistrySearch, searchRegistry } from "./search-registry.ts";
import { type SetVisibilityRequest, setVisibility } from "./set-visibility.ts";
import { type SetYankRequest, setYank } from "./set-yank.ts";
import type { SigningKeys } from "./signing-keys.ts";

export interface RegistryDeps {
  /** Undefined where none is configured: everything then answers `registry_unavailable`. */
  database: Database | undefined;
  /** Undefined without a state directory: nothing can then be published or trusted. */
  trust: { keys: SigningKeys; pins: Pins } | undefined;
  metrics: KiwiMetrics;
  texts: TextWork;
  clock: Clock;
}

/**
 * Items that tenants publish for themselves and for each other. What it answers
 * was verified in that very call: the hash, the signature, the namespace's pinned
 * key, and that it can be parsed. Rejects with `registry_unavailable` when the
 * database does not answer in time; nothing local waits for it.
 */
export interface Registry {
  open(wanted: RegistryWanted, signal?: AbortSignal): Promise<OpenedItem>;
  /** Writes what `open` answered into a library; of several pulls one after the other. */
  pull(library: Library, opened: OpenedItem, to: "project" | "user"): Promise<ItemSummary>;
  search(query: RegistrySearch, signal?: AbortSignal): Promise<RegistryAnswer>;
  publish(request: PublishRequest, signal?: AbortSignal): Promise<Published>;
  yank(request: SetYankRequest, signal?: AbortSignal): Promise<void>;
  setVisibility(request: SetVisibilityRequest, signal?: AbortSignal): Promise<void>;
  /** Whether the tenant has published from here: only then a bare id may mean the registry. */
  hasNamespace(tenant: string): Promise<boolean>;
  /**
   * Checks a file of a namespace's folder against the lock beside it, without the
   * database. Undefined for a file that was not pulled.
   */
  checkPulled(tenant: string, file: PulledFile): Promise<RegistryOrigin | undefined>;
  /** The same for a list: pins nothing, and throws `ParseFailure` for what is not to be shown. */
  vouch(tenant: string, file: PulledFile): Promise<void>;
}

export function createRegistry({ database, trust, metrics, clock, texts }: RegistryDeps): Registry {
  const store: RegistryStore | undefined =
    database === undefined ? undefined : createRegistryStore(database);
  const ask = createAskRegistry({ store, metrics });
  const trusted = (): { keys: SigningKeys; pins: Pins } => {
    if (trust !== undefined) return trust;
    throw ask.missing("LILUX_STATE_DIR");
  };
  let pulling: Promise<unknown> = Promise.resolve();
  const parts: RegistryParts = { ask, trusted, now: () => new Date(clock.unix()), texts };
  return {
    open: (wanted, signal) => openStoredItem(parts, wanted, signal),
    pull(library, opened, to) {
      const pull = pulling.then(() => pullItem(library, opened, to));
      pulling = pull.catch(() => undefined);
      return pull;
    },
    search: (query, signal) => searchRegistry(parts, query, signal),
    publish: (request, signal) => publishItem(parts, request, signal),
    yank: (request, signal) => setYank(parts, request, signal),
    setVisibility: (request, signal) => setVisibility(parts, request, signal),
    hasNamespace: async (tenant) =>
      store !== undefined && (await trust?.keys.of(tenant).catch(() => undefined)) !== undefined,
    checkPulled: (tenant, file) => checkPulledItem(parts, tenant, file),
    vouch: (tenant, file) => vouchForPulled(trust?.pins, tenant, file),
  };
}

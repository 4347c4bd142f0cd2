import type { Clock } from "@lilux/core/async";
import {
  createRegistryStore,
  createRegistryTenancyStore,
  createSharedLibraryStore,
  type Database,
} from "@lilux/database";
import type { ItemSummary, RegistryOrigin, RegistryRequest, Tenant } from "@lilux/protocol";
import type { Library } from "../library/library.ts";
import type { OpenedItem } from "../library/opened-item.ts";
import type { KiwiMetrics } from "../metrics.ts";
import type { TextWork } from "../texts/text-work.ts";
import { createAskRegistry } from "./ask-registry.ts";
import { countDownload } from "./count-download.ts";
import { arrange, type LibraryContext } from "./libraries/library-context.ts";
import { answerLibraryOrder, isLibraryOrder } from "./libraries/library-orders.ts";
import type { Shelf } from "./libraries/shelf.ts";
import { openStoredItem, type RegistryWanted } from "./open-stored-item.ts";
import type { RegistryTrust } from "./open-trust.ts";
import { answerOrder } from "./orders/answer-order.ts";
import type { OnModerated } from "./orders/moderation-orders.ts";
import { type Published, type PublishRequest, publishItem } from "./publish-item.ts";
import { pullItem } from "./pull-item.ts";
import { checkPulledItem, type PulledFile, vouchForPulled } from "./pulled-items.ts";
import type { RegistryCaller } from "./registry-caller.ts";
import type { RegistryParts } from "./registry-parts.ts";
import { type RegistryAnswer, type RegistrySearch, searchRegistry } from "./search-registry.ts";
import { type SetVisibilityRequest, setVisibility } from "./set-visibility.ts";
import { type SetYankRequest, setYank } from "./set-yank.ts";

export interface RegistryDeps {
  /** Undefined where none is configured: everything then answers `registry_unavailable`. */
  database: Database | undefined;
  /** Undefined without a state directory: nothing can then be published or trusted. */
  trust: RegistryTrust | undefined;
  metrics: KiwiMetrics;
  texts: TextWork;
  clock: Clock;
  /** What is listed of an item is to be looked at again. */
  onModerated: OnModerated;
  /** Undefined without a state folder. */
  shelf: Shelf | undefined;
  /** What subscriptions have to do with the tenants' libraries. */
  library: LibraryContext["library"];
  onFault(error: unknown): void;
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
  pull(pull: {
    tenant: Tenant;
    library: Library;
    opened: OpenedItem;
    to: "project" | "user";
  }): Promise<ItemSummary>;
  search(query: RegistrySearch, signal?: AbortSignal): Promise<RegistryAnswer>;
  publish(request: PublishRequest, signal?: AbortSignal): Promise<Published>;
  yank(request: SetYankRequest, signal?: AbortSignal): Promise<void>;
  setVisibility(request: SetVisibilityRequest, signal?: AbortSignal): Promise<void>;
  /** Whose namespaces are, what was reported and taken down: see `RegistryOrder`. */
  order(request: RegistryRequest, caller: RegistryCaller): Promise<unknown>;
  /** Takes over what was taken down while this tool core was away. */
  catchUp(): Promise<void>;
  /** Makes a tenant's shelf what its subscriptions say: it is served here from now on. Never rejects. */
  bringShelf(tenant: Tenant): Promise<void>;
  /** Whether the tenant has published from here: only then a bare id may mean the registry. */
  hasNamespace(tenant: Tenant): Promise<boolean>;
  /**
   * Checks a file of a namespace's folder against the lock beside it, without the
   * database. Undefined for a file that was not pulled.
   */
  checkPulled(tenant: Tenant, file: PulledFile): Promise<RegistryOrigin | undefined>;
  /** The same for a list: pins nothing, and throws `ParseFailure` for what is not to be shown. */
  vouch(tenant: Tenant, file: PulledFile): Promise<void>;
}

export function createRegistry(deps: RegistryDeps): Registry {
  const { database, trust, metrics, clock, texts, onModerated, shelf, library, onFault } = deps;
  const store =
    database === undefined
      ? undefined
      : {
          ...createRegistryStore(database),
          ...createRegistryTenancyStore(database),
          ...createSharedLibraryStore(database),
        };
  const ask = createAskRegistry({ store, metrics });
  const trusted = (): RegistryTrust => {
    if (trust !== undefined) return trust;
    throw ask.missing("LILUX_STATE_DIR");
  };
  let pulling: Promise<unknown> = Promise.resolve();
  const parts: RegistryParts = { ask, trusted, now: () => new Date(clock.unix()), texts };
  const libraries: LibraryContext = { parts, shelf, library, onFault };
  return {
    open: (wanted, signal) => openStoredItem(parts, wanted, signal),
    async pull({ tenant, library, opened, to }) {
      const pull = pulling.then(() => pullItem(library, opened, to));
      pulling = pull.catch(() => undefined);
      const item = await pull;
      await countDownload(parts, tenant, opened);
      return item;
    },
    search: (query, signal) => searchRegistry(parts, query, signal),
    publish: (request, signal) => publishItem(parts, request, signal),
    yank: (request, signal) => setYank(parts, request, signal),
    setVisibility: (request, signal) => setVisibility(parts, request, signal),
    order(request, caller) {
      const { order } = request;
      return isLibraryOrder(order)
        ? answerLibraryOrder(libraries, caller, order)
        : answerOrder(parts, { ...request, order }, onModerated);
    },
    async catchUp() {
      if (store === undefined || trust === undefined) return;
      await trust.takenDown.replace(await store.takeDowns());
      // Each shelf is made anew by whoever serves its tenant.
      if (library.isShared) return;
      const subscriptions = await store.subscriptions("all");
      for (const tenant of new Set(subscriptions.map((known) => known.tenant))) {
        await arrange(libraries, tenant).catch(onFault);
      }
    },
    async bringShelf(tenant) {
      if (store === undefined || shelf === undefined || database?.isUntouched() !== false) return;
      await arrange(libraries, tenant).catch(onFault);
    },
    hasNamespace: async (tenant) =>
      store !== undefined && (await trust?.keys.of(tenant).catch(() => undefined)) !== undefined,
    checkPulled: (tenant, file) => checkPulledItem(parts, tenant, file),
    vouch: (tenant, file) => vouchForPulled(trust, tenant, file),
  };
}

import type { LibraryItem, Notice, Tenant } from "@lilux/protocol";
import type { Database, DatabaseCallOptions, Queries } from "../database.ts";
import { lookIn } from "../look-in.ts";
import {
  type LibraryKey,
  type LibraryOutcome,
  libraryVersions,
  listLibraries,
  publishLibrary,
  type StoredLibrary,
} from "./libraries.ts";
import type { Publisher } from "./namespace-rights.ts";
import { addNotices } from "./notices.ts";
import { readVersion } from "./open-version.ts";
import type { SignedText } from "./registry-shapes.ts";
import {
  listSubscriptions,
  type StoredSubscription,
  type SubscriptionChange,
  setApplied,
  subscribe,
  unsubscribe,
} from "./subscriptions.ts";
import { takenDown } from "./take-downs.ts";

/** One item as a library pins it, and whether it may be offered. */
export interface PinnedText {
  item: LibraryItem;
  stored: SignedText | undefined;
  takenDown: boolean;
}

/**
 * Libraries that tenants share, and who subscribes to which version. Each method is one transaction and
 * rejects as `Database.transaction` does; what it changes is on record with it.
 */
export interface SharedLibraryStore {
  publishLibrary(
    given: { library: StoredLibrary; by: Publisher },
    options?: DatabaseCallOptions,
  ): Promise<LibraryOutcome>;
  libraryVersions(
    wanted: LibraryKey & { tenant: Tenant },
    options?: DatabaseCallOptions,
  ): Promise<StoredLibrary[]>;
  libraries(
    wanted: { tenant: Tenant; namespace: string | undefined },
    options?: DatabaseCallOptions,
  ): Promise<StoredLibrary[]>;
  /** Texts as a library pins them, whatever their own visibility says by now. */
  pinned(
    wanted: { namespace: string; items: readonly LibraryItem[] },
    options?: DatabaseCallOptions,
  ): Promise<PinnedText[]>;
  subscribe(
    given: SubscriptionChange & { range: string; automatic: boolean },
    options?: DatabaseCallOptions,
  ): Promise<boolean>;
  subscriptions(
    wanted: Parameters<typeof listSubscriptions>[1],
    options?: DatabaseCallOptions,
  ): Promise<StoredSubscription[]>;
  setApplied(
    given: Parameters<typeof setApplied>[1],
    options?: DatabaseCallOptions,
  ): Promise<boolean>;
  unsubscribe(given: SubscriptionChange, options?: DatabaseCallOptions): Promise<boolean>;
  notify(
    given: { tenant: Tenant } & Pick<Notice, "kind" | "target" | "detail"> & { at: Date },
    options?: DatabaseCallOptions,
  ): Promise<void>;
}

export function createSharedLibraryStore(database: Database): SharedLibraryStore {
  const { transaction } = database;
  const look = lookIn(database);
  return {
    publishLibrary: (given, options) => transaction((q) => publishLibrary(q, given), options),
    libraryVersions: (wanted, options) => look([], (q) => libraryVersions(q, wanted), options),
    libraries: (wanted, options) => look([], (q) => listLibraries(q, wanted), options),
    pinned: (wanted, options) => look([], (q) => pinnedTexts(q, wanted), options),
    subscribe: (given, options) => transaction((q) => subscribe(q, given), options),
    subscriptions: (wanted, options) => look([], (q) => listSubscriptions(q, wanted), options),
    setApplied: (given, options) => look(false, (q) => setApplied(q, given), options),
    unsubscribe: (given, options) => look(false, (q) => unsubscribe(q, given), options),
    notify: ({ tenant, ...notice }, options) =>
      transaction((q) => addNotices(q, [tenant], notice), options),
  };
}

async function pinnedTexts(
  queries: Queries,
  { namespace, items }: { namespace: string; items: readonly LibraryItem[] },
): Promise<PinnedText[]> {
  const texts: PinnedText[] = [];
  for (const item of items) {
    const key = { namespace, itemType: item.item_type, qualifiedId: item.qualified_id };
    const stored = await readVersion(queries, key, item.version);
    texts.push({ item, stored, takenDown: (await takenDown(queries, key)) !== undefined });
  }
  return texts;
}

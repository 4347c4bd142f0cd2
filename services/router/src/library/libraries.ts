import { deadlineSignal, untilAborted } from "@lilux/core/async";
import type { QuantisedEmbedding } from "@lilux/core/embedding";
import { applyInSlices, createLibraryIndex, type LibraryIndex } from "@lilux/library-index";
import { isTenant, LiluxError } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import type { RouterModel } from "../model/router-model.ts";
import type { EmbeddingCache } from "./embedding-cache.ts";
import { fillEmbeddings, fillFromCache } from "./fill-embeddings.ts";
import { createItemEmbedder } from "./item-embedder.ts";

export interface LibrariesOptions {
  /** Tenants whose library is held at once; the one used longest ago gives way. */
  tenantsMax: number;
  itemsMax: number;
  listDeadlineMs: number;
  /** A library is listed again after so long even if no change was announced. */
  refreshMs: number;
}

export interface LibrariesDeps {
  kiwi: Pick<KiwiApi, "listItems">;
  model: RouterModel;
  cache: EmbeddingCache;
  logger: Logger;
  /** Unix milliseconds. */
  clock(): number;
}

/** `absent`: not listed yet. `unavailable`: listing failed. `partial`: not all is embedded. */
export type LibraryState = "absent" | "unavailable" | "partial" | "complete";

export interface TenantLibrary {
  library: LibraryIndex | undefined;
  /** Of its content; empty while it is not listed. */
  version: string;
  state: LibraryState;
}

export interface Libraries {
  /** What there is now; begins to load it when there is nothing, and never waits. */
  of(tenant: string): TenantLibrary;
  /** Resolves when the tenant's library is listed, or listing has failed. Never rejects. */
  listed(tenant: string): Promise<void>;
  /** Resolves when everything is embedded, or listing has failed. Never rejects. */
  complete(tenant: string): Promise<void>;
  /**
   * Embeds items' texts for others. What the tenant's library here holds or is about to
   * embed is not embedded a second time.
   */
  embedItems(
    tenant: string,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<QuantisedEmbedding[]>;
  /** An item changed: list again, unless nobody uses the library. */
  changed(tenant: string): void;
  tenants(): string[];
  /** Totals over all tenants. */
  counts(): { items: number; embedded: number };
  close(): void;
}

const RETRY_MS = 1_000;
const LISTED_WITHIN_MS = 5_000;

interface Held {
  library: LibraryIndex;
  version: string;
  isListed: boolean;
  hasFailed: boolean;
  isDirty: boolean;
  triedAt: number;
  loading: Promise<void> | undefined;
  firstList: PromiseWithResolvers<void>;
}

/** The libraries of the tenants that type here, kept up with their changes. */
export function createLibraries(options: LibrariesOptions, deps: LibrariesDeps): Libraries {
  const ended = new AbortController();
  const width = deps.model.capabilities.embeddingDimensions ?? 0;
  const held = new LRUCache<string, Held>({ max: options.tenantsMax });
  const embedder = createItemEmbedder({
    model: deps.model,
    held: (tenant, textHash) => held.peek(tenant)?.library.meaning.of(textHash),
    ended: ended.signal,
  });

  function holdOf(tenant: string): Held {
    const known = held.get(tenant);
    if (known !== undefined) return known;
    if (!isTenant(tenant)) throw new LiluxError("forbidden");
    const made: Held = {
      library: openIndex(),
      version: "",
      isListed: false,
      hasFailed: false,
      isDirty: true,
      triedAt: Number.NEGATIVE_INFINITY,
      loading: undefined,
      firstList: Promise.withResolvers<void>(),
    };
    held.set(tenant, made);
    return made;
  }

  function openIndex(): LibraryIndex {
    const { itemsMax } = options;
    const library = createLibraryIndex({ itemsMax });
    if (width > 0) library.meaning.adopt("own", width);
    return library;
  }

  function refresh(tenant: string, hold: Held): void {
    if (hold.loading !== undefined || ended.signal.aborted) return;
    const age = deps.clock() - hold.triedAt;
    if (age < RETRY_MS && hold.hasFailed) return;
    if (!hold.isDirty && age < options.refreshMs) return;
    hold.triedAt = deps.clock();
    hold.loading = load(tenant, hold).finally(() => {
      hold.loading = undefined;
      if (hold.isDirty && !hold.hasFailed) refresh(tenant, hold);
    });
  }

  async function load(tenant: string, hold: Held): Promise<void> {
    hold.isDirty = false;
    try {
      const { listDeadlineMs: deadlineMs } = options;
      const list = await deps.kiwi.listItems({ tenant }, { deadlineMs, signal: ended.signal });
      await applyInSlices(hold.library, hold.library.changesTo(list.items));
      hold.version = list.version;
      const { leftOut } = hold.library;
      if (leftOut > 0) deps.logger.warn({ tenant, leftOut }, "library is larger than its limit");
      if (!hold.isListed && width > 0)
        await fillFromCache({ tenant, library: hold.library }, deps.cache);
      hold.isListed = true;
      hold.hasFailed = false;
      hold.firstList.resolve();
      if (width === 0) return;
      const filling = { tenant, library: hold.library, signal: ended.signal };
      await fillEmbeddings(filling, { ...deps, embedder });
    } catch (error) {
      hold.isDirty = true;
      hold.hasFailed = true;
      hold.firstList.resolve();
      if (!ended.signal.aborted) deps.logger.warn({ tenant, err: error }, "library not loaded");
    }
  }

  return {
    of(tenant) {
      const hold = holdOf(tenant);
      refresh(tenant, hold);
      const library = hold.isListed ? hold.library : undefined;
      return { library, version: hold.version, state: stateOf(hold) };
    },
    async listed(tenant) {
      const hold = holdOf(tenant);
      refresh(tenant, hold);
      await hold.firstList.promise;
    },
    async complete(tenant) {
      const hold = holdOf(tenant);
      refresh(tenant, hold);
      while (hold.loading !== undefined) await hold.loading;
    },
    async embedItems(tenant, texts, signal) {
      const hold = held.peek(tenant);
      if (hold !== undefined) {
        // What is being listed may hold them, or be read from disk with them, in a moment.
        const listed = deadlineSignal(LISTED_WITHIN_MS, ended.signal);
        await untilAborted(hold.firstList.promise, listed).catch(() => undefined);
      }
      return embedder.embed(tenant, texts, signal);
    },
    changed(tenant) {
      const hold = held.peek(tenant);
      if (hold === undefined) return;
      hold.isDirty = true;
      refresh(tenant, hold);
    },
    tenants: () => [...held.keys()],
    counts() {
      let items = 0;
      let embedded = 0;
      for (const { library } of held.values()) {
        items += library.size;
        embedded += library.meaning.embedded;
      }
      return { items, embedded };
    },
    close: () => ended.abort(),
  };
}

function stateOf({ library, isListed, hasFailed }: Held): LibraryState {
  if (!isListed) return hasFailed ? "unavailable" : "absent";
  return library.meaning.embedded < library.size ? "partial" : "complete";
}

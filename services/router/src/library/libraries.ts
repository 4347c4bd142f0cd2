import type { StreamTail } from "@lilux/bus";
import { type Clock, deadlineSignal, finishWithin, untilAborted } from "@lilux/core/async";
import type { QuantisedEmbedding } from "@lilux/core/embedding";
import {
  applyInSlices,
  createLibraryFollower,
  createLibraryIndex,
  type LibraryFollower,
  type LibraryIndex,
} from "@lilux/library-index";
import { isTenant, type LibraryChange, LiluxError, type Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import type { RouterModel } from "../model/router-model.ts";
import type { EmbeddingCache } from "./embedding-cache.ts";
import { fillEmbeddings, fillFromCache } from "./fill-embeddings.ts";
import { createFillTurns } from "./fill-turns.ts";
import { createItemEmbedder, type EmbeddedItem } from "./item-embedder.ts";
import { type LibraryState, stateOf } from "./library-state.ts";
import { createTaughtLines, type TaughtLines } from "./taught-lines.ts";

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
  /** What language models wrote for a tenant's items. */
  taught(tenant: Tenant): StreamTail;
  logger: Logger;
  clock: Clock;
}

export interface TenantLibrary {
  library: LibraryIndex | undefined;
  /** Of its content and of how far its phrasings are known; empty while it is not listed. */
  version: string;
  state: LibraryState;
}

export interface Libraries {
  /** What there is now; begins to load it when there is nothing, and never waits. */
  of(tenant: Tenant): TenantLibrary;
  /** Resolves when the tenant's library is listed, or listing has failed. Never rejects. */
  listed(tenant: Tenant): Promise<void>;
  /** Resolves when everything is embedded, or listing has failed. Never rejects. */
  complete(tenant: Tenant): Promise<void>;
  /**
   * Embeds items' texts for others. What the tenant's library here holds or is about to
   * embed is not embedded a second time.
   */
  embedItems(
    tenant: Tenant,
    texts: readonly string[],
    signal?: AbortSignal,
  ): Promise<QuantisedEmbedding[]>;
  /** A change was announced; undefined when it cannot be read. Nothing to a library nobody uses. */
  changed(tenant: Tenant, change: LibraryChange | undefined): void;
  /** Something was written for a tenant's items, or forgotten. Nothing to a library nobody uses. */
  learnt(tenant: Tenant): void;
  /** The tenant is being deleted: nothing of its library is held. */
  letGo(tenant: Tenant): void;
  tenants(): Tenant[];
  /** Totals over all tenants. */
  counts(): LibraryCounts;
  close(): void;
}

export interface LibraryCounts {
  items: number;
  embedded: number;
  /** Lines that people type for them, compared now and still to be embedded. */
  phrasings: number;
  phrasingsPending: number;
}

/** On average: what a model writes for each. */
const PHRASES_PER_ITEM = 12;
/** Items of all libraries together, as a multiple of what one may have: some 15 MB for 10,000. */
const LIBRARIES_WORTH = 20;
/** Embeddings of phrasings that are kept beyond their libraries: half a kilobyte each. */
const LINES_MAX = 32_768;
const RETRY_MS = 1_000;
const LISTED_WITHIN_MS = 5_000;
/** A library does not wait longer for what was taught of it. */
const TAUGHT_WITHIN_MS = 500;
/** More than these without an embedding came late: the cache on disk may hold them. */
const TAUGHT_AT_ONCE = 64;

interface Held {
  library: LibraryIndex;
  follower: LibraryFollower;
  taught: TaughtLines;
  /** Ends when the library gives way to another tenant's: nobody waits for the rest. */
  evicted: AbortController;
  filling: Promise<void> | undefined;
  fillFailedAt: number;
}

/** The libraries of the tenants that type here, kept up with their changes. */
export function createLibraries(options: LibrariesOptions, deps: LibrariesDeps): Libraries {
  const ended = new AbortController();
  const width = deps.model.capabilities.embeddingDimensions ?? 0;
  const held = new LRUCache<Tenant, Held>({
    max: options.tenantsMax,
    dispose({ follower, evicted }) {
      follower.close();
      evicted.abort();
    },
  });
  const turns = createFillTurns();
  const lines = new LRUCache<string, QuantisedEmbedding>({ max: LINES_MAX });
  const embedder = createItemEmbedder({
    model: deps.model,
    held(textHash) {
      for (const { library } of held.values()) {
        const item = heldText(library, textHash);
        if (item !== undefined) return item;
      }
      return undefined;
    },
    ended: ended.signal,
  });

  function holdOf(tenant: Tenant): Held {
    const known = held.get(tenant);
    if (known !== undefined) return known;
    if (!isTenant(tenant)) throw new LiluxError("forbidden");
    const { itemsMax } = options;
    const library = createLibraryIndex({ itemsMax, phrasesMax: PHRASES_PER_ITEM * itemsMax });
    if (width > 0) library.meaning.adopt("own", width);
    library.tokens.adopt(deps.model.capabilities.tokenDimensions ?? 0);
    const taught = createTaughtLines(library, deps.taught(tenant));
    const follower = follow(tenant, library, {
      onTaken: () => fill(tenant),
      beforeFirst: () => readTaught(tenant, taught),
    });
    const evicted = new AbortController();
    const idle = { filling: undefined, fillFailedAt: -Infinity };
    const made: Held = { library, follower, taught, evicted, ...idle };
    held.set(tenant, made);
    return made;
  }

  async function taken(tenant: Tenant, { library }: Held): Promise<void> {
    const { pendingCount } = library.phrases;
    if (pendingCount > TAUGHT_AT_ONCE) await fillFromCache({ tenant, library }, deps.cache);
    fill(tenant);
  }

  /** A library without what was taught predicts all the same; it is read again when something is added. */
  async function readTaught(tenant: Tenant, taught: TaughtLines): Promise<void> {
    await taught.readOn().catch((error: unknown) => {
      if (!ended.signal.aborted) deps.logger.warn({ tenant, err: error }, "phrasings not read");
    });
  }

  /** Many small libraries fit, and few large ones: those used longest ago give way. */
  function makeRoom(): void {
    const sizes = [...held.values()].map(({ library }) => library.size);
    let total = sizes.reduce((sum, size) => sum + size, 0);
    while (total > LIBRARIES_WORTH * options.itemsMax && held.size > 1) {
      total -= held.pop()?.library.size ?? 0;
    }
  }

  function follow(
    tenant: Tenant,
    library: LibraryIndex,
    { onTaken, beforeFirst }: { onTaken(): void; beforeFirst(): Promise<void> },
  ): LibraryFollower {
    const { listDeadlineMs: deadlineMs, refreshMs } = options;
    let isFirst = true;
    return createLibraryFollower(
      { retryMs: RETRY_MS, refreshMs },
      {
        clock: deps.clock,
        list: () => deps.kiwi.listItems({ tenant }, { deadlineMs, signal: ended.signal }),
        async replace({ items }) {
          await applyInSlices(library, library.changesTo(items));
          const { leftOut } = library;
          if (leftOut > 0) {
            deps.logger.warn({ tenant, leftOut }, "library is larger than its limit");
          }
          makeRoom();
          if (isFirst) {
            // Before the cache is read, so that it is asked once for everything.
            await finishWithin(beforeFirst(), TAUGHT_WITHIN_MS);
            if (width > 0) await fillFromCache({ tenant, library }, deps.cache);
          }
          isFirst = false;
          onTaken();
        },
        async apply(changes) {
          // Which items are left out depends on all of them.
          if (library.leftOut > 0) return false;
          await applyInSlices(library, changes);
          onTaken();
          return library.leftOut === 0;
        },
        onFailure(error) {
          if (!ended.signal.aborted) deps.logger.warn({ tenant, err: error }, "library not loaded");
        },
      },
    );
  }

  function fill(tenant: Tenant): void {
    const hold = held.peek(tenant);
    if (hold === undefined || hold.filling !== undefined || width === 0) return;
    const { library } = hold;
    const isDone = library.meaning.pendingCount === 0 && library.phrases.pendingCount === 0;
    if (isDone || ended.signal.aborted) return;
    if (deps.clock.monotonic() - hold.fillFailedAt < RETRY_MS) return;
    const signal = AbortSignal.any([ended.signal, hold.evicted.signal]);
    hold.filling = fillEmbeddings({ tenant, library, signal }, { ...deps, embedder, turns, lines })
      .catch((error: unknown) => {
        hold.fillFailedAt = deps.clock.monotonic();
        if (!signal.aborted) deps.logger.warn({ tenant, err: error }, "library not embedded");
      })
      .finally(() => {
        hold.filling = undefined;
      });
  }

  /** The tenant's library, with whatever is due begun. */
  function used(tenant: Tenant): Held {
    const hold = holdOf(tenant);
    hold.follower.use();
    fill(tenant);
    return hold;
  }

  return {
    of(tenant) {
      const { library, follower } = used(tenant);
      const state = stateOf(follower.state, library);
      return {
        library: follower.state === "listed" ? library : undefined,
        version: `${follower.version} ${library.phrases.revision}`,
        state,
      };
    },
    listed: (tenant) => used(tenant).follower.firstTry(),
    async complete(tenant) {
      const hold = used(tenant);
      await hold.follower.settled();
      while (hold.filling !== undefined) await hold.filling;
    },
    async embedItems(tenant, texts, signal) {
      const hold = held.peek(tenant);
      if (hold !== undefined) {
        // What is being listed may hold them, or be read from disk with them, in a moment.
        const listed = deadlineSignal(LISTED_WITHIN_MS, ended.signal);
        await untilAborted(hold.follower.firstTry(), listed).catch(() => undefined);
      }
      const items = await embedder.embed(tenant, texts, signal);
      return items.map(({ embedding }) => embedding);
    },
    changed(tenant, change) {
      const follower = held.peek(tenant)?.follower;
      if (change === undefined) follower?.doubt();
      else follower?.hear(change);
    },
    learnt(tenant) {
      const hold = held.peek(tenant);
      if (hold !== undefined) void readTaught(tenant, hold.taught).then(() => taken(tenant, hold));
    },
    letGo: (tenant) => void held.delete(tenant),
    tenants: () => [...held.keys()],
    counts() {
      const total = { items: 0, embedded: 0, phrasings: 0, phrasingsPending: 0 };
      for (const { library } of held.values()) {
        total.items += library.size;
        total.embedded += library.meaning.embedded;
        total.phrasings += library.phrases.embedded;
        total.phrasingsPending += library.phrases.pendingCount;
      }
      return total;
    },
    close() {
      ended.abort();
      for (const { follower } of held.values()) follower.close();
    },
  };
}

function heldText({ meaning, tokens }: LibraryIndex, textHash: string): EmbeddedItem | undefined {
  const embedding = meaning.of(textHash);
  return embedding === undefined ? undefined : { embedding, tokens: tokens.ofText(textHash) };
}

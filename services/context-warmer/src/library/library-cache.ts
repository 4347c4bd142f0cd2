import { type Bus, type Subscription, subjects } from "@lilux/bus";
import { finishWithin } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import { createParser, type ItemSummary, LibraryChange } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import { createLibrarySignals, type LibrarySignals } from "../decide/library-signals.ts";
import type { ContextWarmerMetrics } from "../metrics.ts";

/** Each tenant's library, as far as warm signals need it. */
export interface LibraryCache {
  start(): void;
  stop(): Promise<void>;
  /** Undefined while it is not known: signals then go without it. Never rejects. */
  signalsOf(tenant: string): Promise<LibrarySignals | undefined>;
}

export interface LibraryCacheDeps {
  bus: Pick<Bus, "subscribe">;
  kiwi: Pick<KiwiApi, "listItems">;
  logger: Logger;
  metrics: Pick<ContextWarmerMetrics, "libraryFailures">;
  clock: () => number;
}

interface Entry {
  version: string;
  signals: LibrarySignals | undefined;
  listedAt: number;
  /** Changed since, or never listed. */
  stale: boolean;
  loading: Promise<void> | undefined;
}

const TENANTS_MAX = 256;
const LIST_DEADLINE_MS = 5_000;
/** How long a turn waits for a library that was never listed. */
const FIRST_WAIT_MS = 500;
/** A burst of changes costs one listing. */
const LIST_AGAIN_MS = 2_000;
/** An announcement may be lost. */
const REFRESH_MS = 5 * 60_000;
/** So many items are taken in before others get their turn on the event loop. */
const ITEMS_PER_SLICE = 250;

const changeParser = createParser(LibraryChange, "library change");

export function createLibraryCache(deps: LibraryCacheDeps): LibraryCache {
  const { bus, kiwi, logger, metrics, clock } = deps;
  const entries = new LRUCache<string, Entry>({ max: TENANTS_MAX });
  let subscription: Subscription | undefined;

  async function list(tenant: string, entry: Entry): Promise<void> {
    entry.listedAt = clock();
    entry.stale = false;
    try {
      const { version, items } = await kiwi.listItems({ tenant }, { deadlineMs: LIST_DEADLINE_MS });
      if (version === entry.version && entry.signals !== undefined) return;
      entry.signals = await signalsOfItems(items);
      entry.version = version;
    } catch (error) {
      const fault = { logger, message: "library listing failed", fields: { tenant } };
      const { code } = loggedError(error, fault);
      entry.stale = true;
      metrics.libraryFailures.inc({ code });
      logger.warn({ tenant, code }, "library could not be listed");
    }
  }

  function refresh(tenant: string, entry: Entry): Promise<void> {
    entry.loading ??= list(tenant, entry).finally(() => {
      entry.loading = undefined;
    });
    return entry.loading;
  }

  function isDue(entry: Entry): boolean {
    const age = clock() - entry.listedAt;
    return age >= REFRESH_MS || (entry.stale && age >= LIST_AGAIN_MS);
  }

  return {
    start() {
      subscription = bus.subscribe(subjects.ofAllTenants("library"), ({ body }) => {
        if (!changeParser.is(body)) return;
        const entry = entries.get(body.tenant);
        if (entry !== undefined && entry.version !== body.version) entry.stale = true;
      });
    },
    async stop() {
      await subscription?.close();
    },
    async signalsOf(tenant) {
      const known = entries.get(tenant);
      const entry = known ?? emptyEntry();
      entries.set(tenant, entry);
      if (isDue(entry)) {
        const listed = refresh(tenant, entry);
        if (entry.signals === undefined) await finishWithin(listed, FIRST_WAIT_MS);
      }
      return entry.signals;
    },
  };
}

function emptyEntry(): Entry {
  return {
    version: "",
    signals: undefined,
    listedAt: Number.NEGATIVE_INFINITY,
    stale: true,
    loading: undefined,
  };
}

async function signalsOfItems(items: readonly ItemSummary[]): Promise<LibrarySignals> {
  const signals = createLibrarySignals();
  for (const [index, item] of items.entries()) {
    signals.add(item);
    if (index % ITEMS_PER_SLICE === ITEMS_PER_SLICE - 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return signals;
}

import { type Bus, type Subscription, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { type Log, loggedError } from "@lilux/core/telemetry";
import {
  applyInSlices,
  createLibraryFollower,
  type ItemChange,
  keyOf,
  type LibraryFollower,
  winningItems,
} from "@lilux/library-index";
import { createParser, ITEM_TYPES, type ItemType, LibraryChange } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { LRUCache } from "lru-cache";

/** What the model is told of a tenant's library, in a few lines. */
export interface LibrarySummary {
  start(): void;
  stop(): Promise<void>;
  /** Never throws; empty when the library does not answer in time. */
  of(tenant: string): Promise<string>;
}

export interface LibrarySummaryDeps {
  bus: Pick<Bus, "subscribe">;
  kiwi: Pick<KiwiApi, "listItems">;
  clock: Clock;
  logger: Log;
}

/** The last announcement may be lost. */
const REFRESH_MS = 5 * 60_000;
const RETRY_MS = 2_000;
/** The first turn of a tenant waits so long; later ones take what is there. */
const FIRST_WAIT_MS = 50;
const LIST_DEADLINE_MS = 5_000;
const TENANTS_MAX = 500;
const CATEGORIES_MAX = 24;

interface Entry {
  follower: LibraryFollower;
  held: Categories;
}

const changeParser = createParser(LibraryChange, "library change");

/** Each tenant's library is listed once and kept up by the changes that are announced. */
export function createLibrarySummary(deps: LibrarySummaryDeps): LibrarySummary {
  const { bus, kiwi, clock, logger } = deps;
  const entries = new LRUCache<string, Entry>({
    max: TENANTS_MAX,
    dispose: ({ follower }) => follower.close(),
  });
  let subscription: Subscription | undefined;

  function open(tenant: string): Entry {
    const entry: Entry = { held: createCategories(), follower: follow(tenant, () => entry) };
    entries.set(tenant, entry);
    return entry;
  }

  function follow(tenant: string, entryOf: () => Entry): LibraryFollower {
    return createLibraryFollower(
      { retryMs: RETRY_MS, refreshMs: REFRESH_MS },
      {
        clock,
        list: () => kiwi.listItems({ tenant }, { deadlineMs: LIST_DEADLINE_MS }),
        async replace({ items }) {
          const held = createCategories();
          await applyInSlices(
            held,
            winningItems(items).map((item) => ({ key: keyOf(item), item })),
          );
          entryOf().held = held;
        },
        async apply(changes) {
          await applyInSlices(entryOf().held, changes);
          return true;
        },
        // The summary only helps the model; search finds what it does not name.
        onFailure: (error) =>
          void loggedError(error, {
            logger,
            message: "library could not be listed",
            fields: { tenant },
          }),
      },
    );
  }

  return {
    start() {
      subscription = bus.subscribe(subjects.ofAllTenants("library"), ({ body }) => {
        if (changeParser.is(body)) entries.peek(body.tenant)?.follower.hear(body);
      });
    },
    async stop() {
      await subscription?.close();
      entries.clear();
    },
    async of(tenant) {
      const entry = entries.get(tenant) ?? open(tenant);
      const { follower } = entry;
      follower.use();
      if (follower.state !== "listed") {
        const done = new AbortController();
        await Promise.race([follower.firstTry(), clock.sleep(FIRST_WAIT_MS, done.signal)]);
        done.abort();
      }
      return follower.state === "listed" ? summarise(entry.held) : "";
    },
  };
}

/** What the summary needs of each item. */
interface Categories {
  places: ReadonlyMap<string, { type: ItemType; root: string }>;
  apply(changes: Iterable<ItemChange>): void;
}

function createCategories(): Categories {
  const places = new Map<string, { type: ItemType; root: string }>();
  return {
    places,
    apply(changes) {
      for (const { key, item } of changes) {
        if (item === undefined) places.delete(key);
        else places.set(key, { type: item.item_type, root: item.category.split("/")[0] ?? "" });
      }
    },
  };
}

function summarise({ places }: Categories): string {
  const lines = ITEM_TYPES.map((wanted) => {
    const categories = new Map<string, number>();
    for (const { type, root } of places.values()) {
      if (type === wanted) categories.set(root, (categories.get(root) ?? 0) + 1);
    }
    const count = [...categories.values()].reduce((sum, number) => sum + number, 0);
    const shown = [...categories]
      .toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
      .slice(0, CATEGORIES_MAX)
      .map(([name, number]) => `${name === "" ? "(none)" : name} ${number}`);
    return `- ${count} ${wanted}s: ${shown.join(", ")}`;
  });
  return `The person's library by category:\n${lines.join("\n")}`;
}

import { type Bus, type Subscription, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { type Log, loggedError } from "@lilux/core/telemetry";
import { createLibraryCopies, type ItemChange } from "@lilux/library-index";
import { ITEM_TYPES, type ItemType, type Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";

/** What the model is told of a tenant's library, in a few lines. */
export interface LibrarySummary {
  start(): void;
  stop(): Promise<void>;
  /** Never throws; empty when the library does not answer in time. */
  of(tenant: Tenant): Promise<string>;
}

export interface LibrarySummaryDeps {
  bus: Pick<Bus, "subscribe">;
  kiwi: Pick<KiwiApi, "listItems">;
  clock: Clock;
  logger: Log;
}

/** A turn waits so long for a library that is not known yet. */
const WAIT_MS = 50;
const LIST_DEADLINE_MS = 5_000;
const TENANTS_MAX = 500;
const CATEGORIES_MAX = 24;

/** Each tenant's library is listed once and kept up by the changes that are announced. */
export function createLibrarySummary(deps: LibrarySummaryDeps): LibrarySummary {
  const { bus, kiwi, clock, logger } = deps;
  const copies = createLibraryCopies(
    { tenantsMax: TENANTS_MAX, waitMs: WAIT_MS },
    {
      clock,
      create: createCategories,
      list: (tenant) => kiwi.listItems({ tenant }, { deadlineMs: LIST_DEADLINE_MS }),
      // The summary only helps the model; search finds what it does not name.
      onFailure(tenant, error) {
        const message = "library could not be listed";
        loggedError(error, { logger, message, fields: { tenant } });
      },
    },
  );
  let subscription: Subscription | undefined;
  return {
    start() {
      const all = subjects.ofAllTenants("library");
      subscription = bus.subscribe(all, ({ body }) => copies.hear(body));
    },
    async stop() {
      await subscription?.close();
      copies.close();
    },
    async of(tenant) {
      const held = await copies.of(tenant);
      return held === undefined ? "" : summarise(held);
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

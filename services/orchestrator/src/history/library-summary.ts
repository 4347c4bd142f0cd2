import { type Log, loggedError } from "@lilux/core/telemetry";
import { ITEM_TYPES, type ItemList } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { LRUCache } from "lru-cache";
import type { Clock } from "../turn/clock.ts";

/** What the model is told of a tenant's library, in a few lines. */
export interface LibrarySummary {
  /** Never throws; empty when the library does not answer in time. */
  of(tenant: string): Promise<string>;
}

const FRESH_MS = 60_000;
/** The first turn of a tenant waits so long; later ones take what is there. */
const FIRST_WAIT_MS = 50;
const LIST_DEADLINE_MS = 5_000;
const TENANTS_MAX = 500;
const CATEGORIES_MAX = 24;

interface Entry {
  text: string;
  readAt: number;
  reading: Promise<void> | undefined;
}

/** Summaries are kept per tenant and read again in the background once a minute. */
export function createLibrarySummary(deps: {
  kiwi: KiwiApi;
  clock: Clock;
  logger: Log;
}): LibrarySummary {
  const { kiwi, clock, logger } = deps;
  const entries = new LRUCache<string, Entry>({ max: TENANTS_MAX });

  async function read(tenant: string, entry: Entry): Promise<void> {
    try {
      const list = await kiwi.listItems({ tenant }, { deadlineMs: LIST_DEADLINE_MS });
      entry.text = summarise(list);
      entry.readAt = clock.now();
    } catch (error) {
      loggedError(error, { logger, message: "library could not be listed", fields: { tenant } });
      // The summary only helps the model; search finds what it does not name.
    } finally {
      entry.reading = undefined;
    }
  }

  return {
    async of(tenant) {
      const entry = entries.get(tenant) ?? { text: "", readAt: -Infinity, reading: undefined };
      entries.set(tenant, entry);
      if (clock.now() - entry.readAt > FRESH_MS) entry.reading ??= read(tenant, entry);
      if (entry.text === "" && entry.reading !== undefined) {
        const done = new AbortController();
        await Promise.race([entry.reading, clock.sleep(FIRST_WAIT_MS, done.signal)]);
        done.abort();
      }
      return entry.text;
    },
  };
}

function summarise({ items }: ItemList): string {
  const lines = ITEM_TYPES.map((type) => {
    const categories = new Map<string, number>();
    const ofType = items.filter((item) => item.item_type === type);
    for (const { category } of ofType) {
      const [root = ""] = category.split("/");
      categories.set(root, (categories.get(root) ?? 0) + 1);
    }
    const shown = [...categories]
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, CATEGORIES_MAX)
      .map(([name, count]) => `${name === "" ? "(none)" : name} ${count}`);
    return `- ${ofType.length} ${type}s: ${shown.join(", ")}`;
  });
  return `The person's library by category:\n${lines.join("\n")}`;
}

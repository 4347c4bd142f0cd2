import { type Bus, type Subscription, subjects } from "@lilux/bus";
import { type Clock, finishWithin } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import {
  applyInSlices,
  createLibraryFollower,
  keyOf,
  type LibraryFollower,
  winningItems,
} from "@lilux/library-index";
import { createParser, LibraryChange } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import { LRUCache } from "lru-cache";
import type { LibrarySignals } from "../decide/library-signals.ts";
import type { ContextWarmerMetrics } from "../metrics.ts";
import { createHolding, type Holding } from "./holding.ts";

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
  clock: Clock;
}

interface Entry {
  follower: LibraryFollower;
  held: Holding;
}

const TENANTS_MAX = 256;
const LIST_DEADLINE_MS = 5_000;
/** How long a turn waits for a library that was never listed. */
const FIRST_WAIT_MS = 500;
const RETRY_MS = 2_000;
/** The last announcement may be lost. */
const REFRESH_MS = 5 * 60_000;

const changeParser = createParser(LibraryChange, "library change");

export function createLibraryCache(deps: LibraryCacheDeps): LibraryCache {
  const { bus, kiwi, logger, metrics, clock } = deps;
  const entries = new LRUCache<string, Entry>({
    max: TENANTS_MAX,
    dispose: ({ follower }) => follower.close(),
  });
  let subscription: Subscription | undefined;

  function open(tenant: string): Entry {
    const entry: Entry = { held: createHolding(), follower: follow(tenant, () => entry) };
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
          // Made beside the one in use: a turn meanwhile is read by the library as it was.
          const held = createHolding();
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
        onFailure(error) {
          const fault = { logger, message: "library listing failed", fields: { tenant } };
          const { code } = loggedError(error, fault);
          metrics.libraryFailures.inc({ code });
          logger.warn({ tenant, code }, "library could not be listed");
        },
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
    async signalsOf(tenant) {
      const entry = entries.get(tenant) ?? open(tenant);
      const { follower } = entry;
      follower.use();
      if (follower.state !== "listed") await finishWithin(follower.firstTry(), FIRST_WAIT_MS);
      return follower.state === "listed" ? entry.held.signals : undefined;
    },
  };
}

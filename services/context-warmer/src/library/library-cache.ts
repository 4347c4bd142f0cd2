import { type Bus, type Subscription, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import { createLibraryCopies } from "@lilux/library-index";
import type { Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { Logger } from "@lilux/runtime";
import type { ContextWarmerMetrics } from "../metrics.ts";
import { createHolding, type Holding } from "./holding.ts";

/** Each tenant's library, as far as warming needs it. */
export interface LibraryCache {
  start(): void;
  stop(): Promise<void>;
  /** Undefined while it is not known: warming then goes without it. Never rejects. */
  of(tenant: Tenant): Promise<Holding | undefined>;
}

export interface LibraryCacheDeps {
  bus: Pick<Bus, "subscribe">;
  kiwi: Pick<KiwiApi, "listItems">;
  logger: Logger;
  metrics: Pick<ContextWarmerMetrics, "libraryFailures">;
  clock: Clock;
}

const TENANTS_MAX = 256;
const LIST_DEADLINE_MS = 5_000;
/** How long a turn waits for a library that is not known yet. */
const WAIT_MS = 500;

export function createLibraryCache(deps: LibraryCacheDeps): LibraryCache {
  const { bus, kiwi, logger, metrics, clock } = deps;
  const copies = createLibraryCopies(
    { tenantsMax: TENANTS_MAX, waitMs: WAIT_MS },
    {
      clock,
      create: createHolding,
      list: (tenant) => kiwi.listItems({ tenant }, { deadlineMs: LIST_DEADLINE_MS }),
      onFailure(tenant, error) {
        const fault = { logger, message: "library listing failed", fields: { tenant } };
        const { code } = loggedError(error, fault);
        metrics.libraryFailures.inc({ code });
        logger.warn({ tenant, code }, "library could not be listed");
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
    of: (tenant) => copies.of(tenant),
  };
}

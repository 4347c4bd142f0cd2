import type { Bus } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { Act, TenantStore } from "@lilux/database";
import {
  type DeletionPart,
  type DeletionReport,
  LiluxError,
  LOCAL_TENANT,
  type Tenant,
} from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { Directory } from "../access/directory.ts";
import { deletePass } from "./delete-pass.ts";
import type { StoredFlywheel } from "./stored-flywheel.ts";

/** How often it is looked whether a deletion waits to go on, begun here or at a gateway that died. */
const LOOK_EVERY_MS = 10_000;
/** What was under way when a tenant's last part was deleted may write once more; longer than a turn is swept. */
const LOOK_AFTER_MS = 3_600_000;
const LOOK_AFTER_EVERY_MS = 60_000;
const PASSES_MAX = 100;

/** Deletes tenants: begun once, gone on with until nothing is found any more, at whichever gateway. */
export interface TenantDeletions {
  /** Nobody of it is let in from now on. Rejects with `not_found` when there is none of that name. */
  begin(
    tenant: Tenant,
    given: { without: readonly DeletionPart[]; act: Act },
  ): Promise<DeletionReport>;
  /** Rejects with `not_found` when none was ever begun. */
  report(tenant: Tenant): Promise<DeletionReport>;
  readonly part: Part;
}

export interface TenantDeletionsDeps {
  bus: Bus;
  store: TenantStore;
  directory: Pick<Directory, "refresh">;
  storedFlywheel: StoredFlywheel | undefined;
  clock: Clock;
  logger: Logger;
  /** How long after a pass another one looks whether something was written meanwhile. */
  settleMs: number;
}

export function createTenantDeletions(deps: TenantDeletionsDeps): TenantDeletions {
  const { store, directory, clock, logger, settleMs } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const running = new Map<string, Promise<void>>();
  let lookedAfterAt = Number.NEGATIVE_INFINITY;

  /** Passes until one finds nothing more and every part has answered. */
  async function carryOut(tenant: Tenant): Promise<void> {
    for (let pass = 1; pass <= PASSES_MAX && !signal.aborted; pass += 1) {
      const { removed, isComplete } = await deletePass(tenant, { ...deps, signal });
      // What did not answer is asked again at the next look.
      if (!isComplete) return;
      if (pass > 1 && removed === 0) {
        await store.endDeletion(tenant, { actor: "deletion", at: clock.unix() });
        await directory.refresh().catch(() => undefined);
        logger.info({ tenant, passes: pass }, "tenant deleted");
        return;
      }
      await clock.sleep(settleMs, signal);
    }
  }

  function goOn(tenant: Tenant): void {
    if (running.has(tenant) || signal.aborted) return;
    const work = carryOut(tenant)
      .catch((err: unknown) => logger.warn({ tenant, err }, "a deletion waits to go on"))
      .finally(() => running.delete(tenant));
    running.set(tenant, work);
  }

  async function look(): Promise<void> {
    for (const tenant of await store.deleting()) goOn(tenant);
    if (clock.monotonic() - lookedAfterAt < LOOK_AFTER_EVERY_MS) return;
    lookedAfterAt = clock.monotonic();
    for (const tenant of await store.deletedSince(clock.unix() - LOOK_AFTER_MS)) {
      await deletePass(tenant, { ...deps, signal });
    }
  }

  async function keepLooking(): Promise<void> {
    while (!signal.aborted) {
      await look().catch((err: unknown) => logger.debug({ err }, "deletions not looked at"));
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  }

  async function report(tenant: Tenant): Promise<DeletionReport> {
    const found = await store.deletion(tenant);
    if (found !== undefined) return found;
    throw new LiluxError("not_found", { message: "No deletion of such a tenant was ever begun." });
  }

  return {
    async begin(tenant, { without, act }) {
      const isThere =
        tenant !== LOCAL_TENANT && (await store.beginDeletion({ tenant, without }, act));
      if (!isThere) throw new LiluxError("not_found", { message: "There is no such tenant." });
      await directory.refresh();
      goOn(tenant);
      return report(tenant);
    },
    report,
    part: {
      name: "deletions",
      start: () => void keepLooking(),
      async stop() {
        stopping.abort();
        await Promise.all(running.values());
      },
    },
  };
}

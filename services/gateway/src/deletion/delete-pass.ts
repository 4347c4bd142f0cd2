import { type Bus, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { DeletionStep, TenantStore } from "@lilux/database";
import {
  createParser,
  DELETION_PARTS,
  DeletedPart,
  type DeletionPart,
  type DeletionRequest,
  LiluxError,
  type Tenant,
} from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import type { StoredFlywheel } from "./stored-flywheel.ts";

/** A part that works longer is asked again, and goes on where it was. */
const PART_WITHIN_MS = 60_000;
const PURGE_WITHIN_MS = 120_000;
/** Who puts the steps on record: whoever began it is on record by themselves. */
const ACTOR = "deletion";

const parser = createParser(DeletedPart, "a part's answer", "internal");

export interface DeletePassDeps {
  bus: Bus;
  store: Pick<TenantStore, "addDeletionStep" | "deletion">;
  /** Does the flywheel's part where this server has none. */
  storedFlywheel: StoredFlywheel | undefined;
  clock: Pick<Clock, "unix">;
  logger: Logger;
  signal: AbortSignal;
}

/** Everything of a tenant once: whoever holds something in memory lets go, then each part deletes, then the streams. */
export async function deletePass(
  tenant: Tenant,
  deps: DeletePassDeps,
): Promise<{ removed: number; isComplete: boolean }> {
  const { bus, store } = deps;
  bus.publish(subjects.gone(tenant), {});
  const without = new Set((await store.deletion(tenant))?.without);
  const parts = DELETION_PARTS.filter((part) => !without.has(part));
  let isComplete = true;
  let removed = 0;
  const steps = [
    ...parts.map((part) => () => deletePart(tenant, part, deps)),
    () => purge(tenant, deps),
  ];
  for (const step of steps) {
    const taken = await step();
    isComplete &&= taken.unreached === undefined;
    removed += Object.values(taken.removed).reduce((sum, count) => sum + count, 0);
    await store.addDeletionStep(taken, { actor: ACTOR, at: deps.clock.unix() });
  }
  return { removed, isComplete };
}

/** What it cannot delete is put on record before it deletes what would tell so. */
async function deletePart(
  tenant: Tenant,
  part: DeletionPart,
  deps: DeletePassDeps,
): Promise<DeletionStep> {
  const { store, clock } = deps;
  try {
    const { kept } = await askPart(tenant, { part, request: { do: "look" } }, deps);
    const looked = { tenant, part, removed: {}, kept };
    await store.addDeletionStep(looked, { actor: ACTOR, at: clock.unix() });
    const { removed, absent } = await askPart(tenant, { part, request: { do: "delete" } }, deps);
    return { tenant, part, removed, kept: [], absent };
  } catch (thrown) {
    return unreached(tenant, part, { thrown, ...deps });
  }
}

/**
 * Whoever is there is asked, whatever is said of who is there. Only where nobody is, the bus is well, and this
 * server has no flywheel, is it done without one; everybody else who is away is waited for.
 */
async function askPart(
  tenant: Tenant,
  { part, request }: { part: DeletionPart; request: DeletionRequest },
  { bus, signal, storedFlywheel }: DeletePassDeps,
): Promise<DeletedPart & { absent?: string }> {
  const options = { deadlineMs: PART_WITHIN_MS, signal };
  try {
    return parser.parse(await bus.request(subjects.deletion(tenant, part), request, options));
  } catch (thrown) {
    const isNobodyThere =
      LiluxError.from(thrown).code === "bus_unavailable" && bus.connected() && !signal.aborted;
    if (part !== "flywheel" || storedFlywheel === undefined || !isNobodyThere) throw thrown;
    return { ...(await storedFlywheel.ask(tenant, request)), absent: storedFlywheel.how };
  }
}

async function purge(tenant: Tenant, deps: DeletePassDeps): Promise<DeletionStep> {
  const part = "streams";
  try {
    const purged = await deps.bus.purgeTenant(tenant, { deadlineMs: PURGE_WITHIN_MS });
    const removed = Object.fromEntries(
      purged.map(({ stream, messages }) => [`messages of ${stream}`, messages]),
    );
    return { tenant, part, removed, kept: KEPT_OF_STREAMS };
  } catch (thrown) {
    return unreached(tenant, part, { thrown, ...deps });
  }
}

const KEPT_OF_STREAMS = [
  {
    what: "lines of the servers' logs and sums in their metrics",
    why: "Neither holds what people typed; both end with what the operator keeps of them.",
  },
  {
    what: "what routers made of texts of its items: numbers under hashes, without the texts",
    why: "Their cache knows no tenants. What nobody uses gives way.",
  },
];

function unreached(
  tenant: Tenant,
  part: string,
  { thrown, logger }: { thrown: unknown; logger: Logger },
): DeletionStep {
  const error = LiluxError.from(thrown);
  logger.warn({ tenant, part, err: error }, "a part of a deletion waits to be tried again");
  // By its code and not its own words, which may name what the tenant had.
  const hint = error.code === "bus_unavailable" ? ": nobody is there to answer" : "";
  return { tenant, part, removed: {}, kept: [], unreached: `${error.code}${hint}` };
}

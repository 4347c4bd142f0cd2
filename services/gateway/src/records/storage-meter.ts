import { type Bus, type StreamName, subjects } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { Log } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import {
  createParser,
  DELETION_PARTS,
  type DeletionPart,
  MeasuredPart,
  STORAGE_KINDS,
  type StorageBytes,
  type StorageKind,
  type Tenant,
  type TenantRecord,
} from "@lilux/protocol";
import type { Part } from "@lilux/runtime";

/** How often it is looked whether an hour began whose measure is missing. */
const LOOK_EVERY_MS = 60_000;
const HOUR_MS = 3_600_000;
const TENANTS_A_PAGE = 100;
const PART_WITHIN_MS = 30_000;
/** Longer than reading the heads of full streams takes. */
const STREAMS_WITHIN_MS = 5 * 60_000;

/** What the bus keeps for days. What is gone within the hour, events of sessions and calls that began, has no price. */
const STREAMS: readonly [StorageKind, readonly StreamName[]][] = [
  ["turns", ["TURNS", "INTERACTIONS", "AUDIT"]],
  ["learning", ["LESSONS", "PHRASINGS"]],
];

const parser = createParser(MeasuredPart, "a part's measure", "internal");

export interface StorageMeterDeps {
  bus: Pick<Bus, "request" | "heldBytes">;
  store: Pick<TenantStore, "tenants" | "countStorage" | "storageMeasuredAt">;
  clock: Clock;
  logger: Pick<Log, "debug" | "warn">;
}

/**
 * Measures what each tenant keeps, once an hour, by asking whoever keeps it. Any gateway may: the hour counts once.
 * What nobody measured, as a part was away or all gateways were, is on nobody's bill.
 */
export function createStorageMeter(deps: StorageMeterDeps): Part {
  const { store, clock, logger } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const hourNow = (): number => Math.floor(clock.unix() / HOUR_MS);
  let done = Number.NEGATIVE_INFINITY;
  let working: Promise<void> = Promise.resolve();

  async function measureAll(): Promise<void> {
    const hour = hourNow();
    const streams = heldOfStreams(deps);
    for (let after: string | undefined = ""; after !== undefined && !signal.aborted; ) {
      const page: TenantRecord[] = await store.tenants({ after, limit: TENANTS_A_PAGE });
      for (const { tenant, state } of page) {
        if (signal.aborted) return;
        const measuredAt = await store.storageMeasuredAt(tenant);
        const isMeasured = measuredAt !== undefined && Math.floor(measuredAt / HOUR_MS) >= hour;
        if (state === "deleting" || isMeasured) continue;
        const bytes = await measure(tenant, { ...deps, signal, streams });
        await store.countStorage({ tenant, at: clock.unix(), bytes });
      }
      after = page.length < TENANTS_A_PAGE ? undefined : page.at(-1)?.tenant;
    }
    done = hour;
  }

  async function keepMeasuring(): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, signal);
      if (signal.aborted || hourNow() === done) continue;
      await measureAll().catch((err: unknown) =>
        logger.warn({ err }, "what tenants keep is not measured yet"),
      );
    }
  }

  return {
    name: "storage",
    start() {
      working = keepMeasuring();
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

type HeldOfStreams = (kind: StorageKind) => Promise<ReadonlyMap<string, number> | undefined>;

/** Of all tenants at once, when the first of a pass asks. */
function heldOfStreams({ bus, logger }: StorageMeterDeps): HeldOfStreams {
  const held = new Map<StorageKind, ReturnType<HeldOfStreams>>();
  return (kind) => {
    const streams = STREAMS.find(([one]) => one === kind)?.[1];
    if (streams === undefined) return Promise.resolve(undefined);
    const known = held.get(kind);
    if (known !== undefined) return known;
    const reading = bus
      .heldBytes(streams, { deadlineMs: STREAMS_WITHIN_MS })
      .catch((err: unknown) => {
        logger.debug({ err, kind }, "streams are not measured this time");
        return undefined;
      });
    held.set(kind, reading);
    return reading;
  };
}

/** Whatever answers; what does not is not there. */
async function measure(
  tenant: Tenant,
  deps: StorageMeterDeps & { signal: AbortSignal; streams: HeldOfStreams },
): Promise<StorageBytes> {
  const parts = await Promise.all(DELETION_PARTS.map((part) => measurePart(tenant, part, deps)));
  const measured: StorageBytes[] = parts.map((part) => part ?? {});
  for (const [kind] of STREAMS) {
    const held = await deps.streams(kind);
    if (held !== undefined) measured.push({ [kind]: held.get(tenant) ?? 0 });
  }
  const sum: StorageBytes = {};
  for (const kind of STORAGE_KINDS) {
    const known = measured.flatMap((bytes) => bytes[kind] ?? []);
    if (known.length > 0) sum[kind] = known.reduce((total, bytes) => total + bytes, 0);
  }
  return sum;
}

async function measurePart(
  tenant: Tenant,
  part: DeletionPart,
  { bus, signal, logger }: StorageMeterDeps & { signal: AbortSignal },
): Promise<StorageBytes | undefined> {
  const options = { deadlineMs: PART_WITHIN_MS, signal };
  try {
    const subject = subjects.deletion(tenant, part);
    return parser.parse(await bus.request(subject, { do: "measure" }, options)).bytes;
  } catch (err) {
    logger.debug({ err, tenant, part }, "a part is not measured this time");
    return undefined;
  }
}

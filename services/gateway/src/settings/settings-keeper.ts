import type { Bus, StreamName } from "@lilux/bus";
import type { Clock } from "@lilux/core/async";
import type { TenantStore } from "@lilux/database";
import {
  FlywheelDeleted,
  LiluxError,
  type Tenant,
  type TenantRecord,
  type TenantSettings,
} from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import { createAskFlywheel } from "./ask-flywheel.ts";

const DAY_MS = 24 * 60 * 60 * 1_000;
/** What is old is looked for so often, and whoever missed a consent is told again. */
const PASS_EVERY_MS = 60 * 60 * 1_000;
/** What could not be told is tried again so often. */
const RETRY_MS = 10_000;
const TENANTS_A_PAGE = 100;
const PURGE_WITHIN_MS = 60_000;
const FLYWHEEL_WITHIN_MS = 30_000;
/** Those that hold what people said and did for longer than minutes. */
const OF_PEOPLE: readonly StreamName[] = ["TURNS", "INTERACTIONS"];

/**
 * Keeps what is stored of tenants as their settings want it: tells the flywheel what may be kept, and deletes
 * what is older than it may be, of streams and of the flywheel. Each act may be done as often as one likes and
 * at every gateway, so that none has to be sure of another. What fails is tried again.
 */
export interface SettingsKeeper {
  /** Its settings are others from now on: they are kept to at once. */
  changed(record: Pick<TenantRecord, "tenant" | "settings">): void;
  readonly part: Part;
}

export interface SettingsKeeperDeps {
  store: Pick<TenantStore, "tenants">;
  bus: Pick<Bus, "request" | "purgeTenant">;
  /** Told of every tenant's settings that are read. */
  note(tenant: Tenant, settings: TenantSettings): void;
  clock: Clock;
  logger: Logger;
}

export function createSettingsKeeper(deps: SettingsKeeperDeps): SettingsKeeper {
  const { store, clock, logger, note } = deps;
  const stopping = new AbortController();
  const { signal } = stopping;
  const untold = new Map<Tenant, TenantSettings>();
  let woken = new AbortController();
  let working: Promise<void> = Promise.resolve();
  let passAt = Number.NEGATIVE_INFINITY;

  /** Everybody who set something of it, by pages. */
  async function pass(): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined && !signal.aborted; ) {
      const page: TenantRecord[] = await store.tenants({ after, limit: TENANTS_A_PAGE });
      for (const { tenant, settings, state } of page) {
        if (state === "deleting") continue;
        note(tenant, settings);
        if (isToBeKept(settings) && !untold.has(tenant)) untold.set(tenant, settings);
      }
      after = page.length < TENANTS_A_PAGE ? undefined : page.at(-1)?.tenant;
      await tell();
    }
    passAt = clock.monotonic();
  }

  async function tell(): Promise<void> {
    for (const [tenant, settings] of [...untold]) {
      if (signal.aborted) return;
      try {
        await keepTo(tenant, settings, deps);
        // Changed meanwhile: then it is told once more.
        if (untold.get(tenant) === settings) untold.delete(tenant);
      } catch (thrown) {
        const error = LiluxError.from(thrown);
        logger.debug({ tenant, err: error }, "what a tenant set is not kept to everywhere yet");
      }
    }
  }

  async function keepLooking(): Promise<void> {
    while (!signal.aborted) {
      woken = new AbortController();
      const work = clock.monotonic() - passAt >= PASS_EVERY_MS ? pass() : tell();
      await work.catch((err: unknown) => logger.debug({ err }, "settings are looked at later"));
      await clock.sleep(RETRY_MS, AbortSignal.any([signal, woken.signal]));
    }
  }

  return {
    changed({ tenant, settings }) {
      note(tenant, settings);
      if (!isToBeKept(settings)) return void untold.delete(tenant);
      untold.set(tenant, settings);
      woken.abort();
    },
    part: {
      name: "settings",
      start() {
        working = keepLooking();
      },
      async stop() {
        stopping.abort();
        await working;
      },
    },
  };
}

function isToBeKept({ consent, retention }: TenantSettings): boolean {
  return consent !== undefined || retention !== undefined;
}

/** Rejects when somebody could not be told; what the others did stays done. */
async function keepTo(
  tenant: Tenant,
  { consent, retention }: TenantSettings,
  { bus, clock }: SettingsKeeperDeps,
): Promise<void> {
  const ask = createAskFlywheel(bus);
  const asked: Promise<unknown>[] = [];
  if (consent !== undefined) {
    const request = { do: "consent", level: consent } as const;
    asked.push(ask(tenant, request, FlywheelDeleted, FLYWHEEL_WITHIN_MS));
  }
  if (retention !== undefined) {
    const before = Math.floor(clock.unix() - retention.days * DAY_MS);
    const purge = { streams: OF_PEOPLE, before, deadlineMs: PURGE_WITHIN_MS };
    asked.push(bus.purgeTenant(tenant, purge));
    const request = { do: "delete-turns", before } as const;
    asked.push(ask(tenant, request, FlywheelDeleted, FLYWHEEL_WITHIN_MS));
  }
  for (const one of await Promise.allSettled(asked)) {
    if (one.status === "rejected") throw one.reason;
  }
}

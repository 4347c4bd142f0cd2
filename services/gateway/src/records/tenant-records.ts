import type { Bus } from "@lilux/bus";
import { carriedSettings } from "@lilux/core/access";
import type { Clock } from "@lilux/core/async";
import { createTenantStore, type Database, type TenantStore } from "@lilux/database";
import type { Effect, Tenant, TenantSettings } from "@lilux/protocol";
import type { Logger, Part } from "@lilux/runtime";
import type { Caller } from "../access/caller.ts";
import { createDirectory, type Directory } from "../access/directory.ts";
import { createEntry, type Entry } from "../access/entry.ts";
import { createReadToken, type ReadToken } from "../access/sign-in.ts";
import type { SignInAddresses } from "../access/sign-in-addresses.ts";
import { createLimitsOf, type Plans } from "../admit/plans.ts";
import type { Prices } from "../admit/prices.ts";
import type { Tenants } from "../admit/tenants.ts";
import type { StoredFlywheel } from "../deletion/stored-flywheel.ts";
import { createTenantDeletions, type TenantDeletions } from "../deletion/tenant-deletions.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { createSettingsKeeper, type SettingsKeeper } from "../settings/settings-keeper.ts";
import { type BudgetNotices, createBudgetNotices } from "./budget-notices.ts";
import { type Budgets, createBudgets } from "./budgets.ts";
import { createKeyUses } from "./key-uses.ts";
import { createPredictionUses, type PredictionUses } from "./prediction-uses.ts";
import type { SettingsBook } from "./settings-book.ts";
import { createStorageMeter } from "./storage-meter.ts";
import { createUsageMeter } from "./usage-meter.ts";

const EFFECTS: readonly Effect[] = ["read", "write", "destructive"];
/** Making an embedded database works for seconds, and on busy cores for many. */
const STORE_WITHIN_MS = 30_000;

/** Everything of a gateway whose tenants are records of a database. */
export interface TenantRecords {
  store: TenantStore;
  directory: Directory;
  entry: Entry;
  readToken: ReadToken;
  signInAddresses: SignInAddresses;
  deletions: TenantDeletions;
  budgets: Budgets;
  notices: BudgetNotices;
  keeper: SettingsKeeper;
  predictions: PredictionUses;
  /** By which what is taken costs something. */
  prices: Prices | undefined;
  /** Who may say yes to what in a tenant. */
  approvalsOf(tenant: Tenant): Promise<TenantSettings["approvals"]>;
  /** What an admin would call them; undefined of somebody of whom nothing is on record. */
  nameOf(caller: Caller): Promise<string | undefined>;
  /** Has what the tenant may take counted from here on, and the caller told how much it counts and what it wants of a yes. */
  bound(caller: Caller): Promise<Caller>;
  /** In the order to start them. */
  parts: readonly Part[];
}

export interface TenantRecordsDeps {
  database: Database;
  bus: Bus;
  tenants: Tenants;
  plans: Plans;
  prices: Prices | undefined;
  metrics: Pick<GatewayMetrics, "budgetsReached">;
  signInAddresses: SignInAddresses;
  clock: Clock;
  logger: Logger;
  deletionSettleMs: number;
  storedFlywheel: StoredFlywheel | undefined;
  settings: Pick<SettingsBook, "note">;
}

export function createTenantRecords(deps: TenantRecordsDeps): TenantRecords {
  const { database, bus, tenants, settings, prices, metrics, clock, logger } = deps;
  const { signInAddresses } = deps;
  const now = clock.unix;
  const limitsOf = createLimitsOf(deps.plans);
  const store = createTenantStore(database, { deadlineMs: STORE_WITHIN_MS });
  const directory = createDirectory({ store, clock, logger });
  const uses = createKeyUses({ store, clock, logger });
  const predictions = createPredictionUses({ store, clock, logger });
  const entry = createEntry({
    directory,
    now,
    onKeyUsed: uses.add,
    onNewcomer({ tenant, person, name, role }) {
      const act = { actor: person, at: now() };
      store
        .putPerson({ tenant, person, name, role, state: "active" }, act)
        .catch((err: unknown) => logger.warn({ err, tenant }, "a newcomer is not on record yet"));
    },
  });
  const { deletionSettleMs: settleMs, storedFlywheel } = deps;
  const looking = { bus, store, directory, clock, logger };
  const deletions = createTenantDeletions({ ...looking, storedFlywheel, settleMs });
  const keeper = createSettingsKeeper({ store, bus, note: settings.note, clock, logger });
  const budgets = createBudgets({
    store,
    directory,
    limitsOf,
    prices,
    onReached: (reached) => metrics.budgetsReached.inc(reached),
    onSeen: (tenant, seen) => notices.seen(tenant, seen),
    logger,
    now,
  });
  const notices = createBudgetNotices({ store, budgets, logger, now });
  return {
    store,
    directory,
    entry,
    deletions,
    keeper,
    readToken: createReadToken({ directory, fetchKeys: signInAddresses.fetchKeys, now }),
    signInAddresses,
    budgets,
    notices,
    predictions,
    prices,
    approvalsOf: async (tenant) => (await directory.tenant(tenant))?.settings.approvals,
    async nameOf({ tenant, person, credential }) {
      const known = await directory.person(tenant, person);
      if (known !== undefined) return known.name;
      if (credential?.kind !== "key") return undefined;
      return (await store.key({ tenant, keyId: credential.keyId }))?.name;
    },
    async bound(caller) {
      if (caller.credential === undefined) return caller;
      const record = await directory.tenant(caller.tenant);
      if (record === undefined) return caller;
      const limits = limitsOf(record);
      tenants.bound(caller.tenant, limits);
      settings.note(caller.tenant, record.settings);
      const effects = EFFECTS.filter(
        (effect) => record.settings.approvals?.[effect] === "second-person",
      );
      const secondPerson = { effects, isSeenTo: true };
      const { weight } = limits;
      const carried = carriedSettings(record.settings);
      return {
        ...caller,
        ...(effects.length === 0 ? {} : { secondPerson }),
        ...(weight && { weight }),
        ...(carried && { settings: carried }),
      };
    },
    parts: [
      directory.part,
      uses.part,
      predictions.part,
      createUsageMeter({ bus, store, clock, logger }),
      createStorageMeter({ bus, store, clock, logger }),
      deletions.part,
      keeper.part,
      notices.part,
    ],
  };
}

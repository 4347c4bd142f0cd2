import { type BudgetState, judgeBudgets, type Use } from "@lilux/core/fairness";
import type { Log } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import {
  BUDGET_WORDS,
  BUDGETS,
  type Budget,
  LiluxError,
  type Tenant,
  type TenantLimitsGiven,
} from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { Directory } from "../access/directory.ts";
import type { LimitsOf } from "../admit/plans.ts";
import type { Prices } from "../admit/prices.ts";

const TENANTS_MAX = 10_000;
/** Other gateways take turns, too: what they took is seen this late. */
const LOOK_EVERY_MS = 5_000;

/** What a tenant may take in a month of the calendar, in UTC. */
export interface Budgets {
  /** Takes a turn, and returns how to give it back when it did not come to be. Rejects with `budget_exhausted`. */
  take(tenant: Tenant, person?: string): Promise<() => void>;
  /** Throws `budget_exhausted` when the month's predictions are known to be used up. Looks at nothing, so that no keystroke waits. */
  predict(tenant: Tenant): void;
  /** One was answered. */
  predicted(tenant: Tenant): void;
  /** Each budget that is set and how much of it is used. */
  states(tenant: Tenant): Promise<BudgetState[]>;
  /** Those that are used to four fifths or more, and in which month. */
  reached(tenant: Tenant): Promise<ReachedBudgets>;
}

export interface ReachedBudgets {
  month: string;
  states: BudgetState[];
}

export interface BudgetsDeps {
  store: Pick<TenantStore, "totalsOfMonth" | "recordOnce">;
  directory: Pick<Directory, "tenant">;
  limitsOf: LimitsOf;
  prices: Prices | undefined;
  /** A budget came to four fifths, or to its end, for the first time in its month. */
  onReached(reached: { budget: Budget; state: "soft" | "spent" }): void;
  /** A state of a budget was seen here for the first time; `person` took it there, where somebody did. */
  onSeen(tenant: Tenant, seen: ReachedBudgets & { person?: string }): void;
  logger: Pick<Log, "warn">;
  now(): number;
}

interface Month {
  month: string;
  use: Use;
  seenAt: number;
  /** Budgets whose state was told. */
  told: Set<string>;
  limits: TenantLimitsGiven;
}

interface Seen {
  states: readonly BudgetState[];
  person?: string | undefined;
}

export function createBudgets(deps: BudgetsDeps): Budgets {
  const { store, directory, limitsOf, prices = { currency: "" }, now } = deps;
  const months = new LRUCache<string, Month>({ max: TENANTS_MAX });

  const monthNow = (): string => new Date(now()).toISOString().slice(0, 7);

  async function monthOf(tenant: Tenant): Promise<Month | undefined> {
    const record = await directory.tenant(tenant);
    if (record === undefined) return undefined;
    const limits = limitsOf(record);
    const month = monthNow();
    const known = months.get(tenant);
    if (known?.month === month && now() - known.seenAt < LOOK_EVERY_MS) {
      known.limits = limits;
      return known;
    }
    const stored = await store.totalsOfMonth({ tenant, month });
    const held = months.get(tenant);
    const own = held?.month === month ? held : undefined;
    const next: Month = {
      month,
      // Turns that run are counted when they end, and predictions in batches: here, from their beginning.
      use: {
        ...stored,
        scriptSeconds: stored.scriptMs / 1_000,
        turns: Math.max(stored.turns, own?.use.turns ?? 0),
        predictions: Math.max(stored.predictions, own?.use.predictions ?? 0),
      },
      seenAt: now(),
      told: own?.told ?? new Set(),
      limits,
    };
    months.set(tenant, next);
    return next;
  }

  const judge = ({ limits, use }: Month): BudgetState[] => judgeBudgets(limits, use, prices);

  /** Once in a month, whichever gateway sees it first. */
  function tell(tenant: Tenant, month: Month, { states, person }: Seen): void {
    for (const judged of states) {
      const { budget, state, used, max } = judged;
      const name = `${budget} ${state}`;
      if (state === "open" || month.told.has(name)) continue;
      month.told.add(name);
      const by = person === undefined ? {} : { person };
      deps.onSeen(tenant, { month: month.month, states: [judged], ...by });
      const detail = { budget, month: month.month, used, max };
      const record = {
        tenant,
        actor: "lilux",
        at: now(),
        action: `budget.${state}`,
        target: tenant,
      };
      store
        .recordOnce(`budget ${month.month} ${name} ${max}`, { ...record, detail })
        .then((isFirst) => {
          if (!isFirst) return;
          deps.onReached({ budget, state });
          deps.logger.warn(
            { tenant, ...detail, reason: state },
            "a tenant's budget is used up, or nearly",
          );
        })
        .catch((err: unknown) => {
          month.told.delete(name);
          deps.logger.warn({ err, tenant, budget }, "a budget's state is not on record yet");
        });
    }
  }

  return {
    async take(tenant, person) {
      const month = await monthOf(tenant);
      if (month === undefined) return () => undefined;
      const states = judge(month);
      tell(tenant, month, { states, person });
      const spent = states.find(({ state, budget }) => state === "spent" && bindsTurns(budget));
      if (spent !== undefined) throw exhausted(spent, now());
      month.use.turns += 1;
      tell(tenant, month, { states: judge(month), person });
      let isGivenBack = false;
      return () => {
        if (!isGivenBack) month.use.turns -= 1;
        isGivenBack = true;
      };
    },
    predict(tenant) {
      const month = months.get(tenant);
      if (month === undefined || month.month !== monthNow()) return;
      const spent = judge(month).find(
        ({ state, budget }) => state === "spent" && bindsPredictions(budget),
      );
      if (spent !== undefined) throw exhausted(spent, now());
    },
    predicted(tenant) {
      const month = months.get(tenant);
      if (month?.month === monthNow()) month.use.predictions += 1;
      // So that the next one knows of it.
      const isStale = month === undefined || now() - month.seenAt >= LOOK_EVERY_MS;
      if (!isStale) return;
      monthOf(tenant).then(
        (seen) => {
          if (seen !== undefined) tell(tenant, seen, { states: judge(seen) });
        },
        () => undefined,
      );
    },
    async states(tenant) {
      const month = await monthOf(tenant);
      return month === undefined ? [] : judge(month);
    },
    async reached(tenant) {
      const record = await directory.tenant(tenant);
      // Most tenants have none, and nothing is asked about them.
      const isBounded = record !== undefined && hasBudgets(limitsOf(record));
      const month = isBounded ? await monthOf(tenant) : undefined;
      const states = month === undefined ? [] : judge(month);
      return { month: monthNow(), states: states.filter(({ state }) => state !== "open") };
    },
  };
}

const hasBudgets = (limits: TenantLimitsGiven): boolean =>
  BUDGETS.some((budget) => limits[budget] !== undefined);

/** What is typed goes on when a month's turns are used up, and the other way round. */
const bindsTurns = (budget: Budget): boolean => budget !== "predictionsPerMonth";
const bindsPredictions = (budget: Budget): boolean =>
  budget === "predictionsPerMonth" || budget === "costPerMonth";

function exhausted({ budget, max }: BudgetState, at: number): LiluxError {
  const today = new Date(at);
  const next = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1);
  return new LiluxError("budget_exhausted", {
    message: `This tenant's ${BUDGET_WORDS[budget]} of the month (${max}) are used up. The next month begins at ${new Date(next).toISOString()}; whoever runs this server can raise ${budget}.`,
    details: { limit: budget, max, retryAfterMs: next - at },
  });
}

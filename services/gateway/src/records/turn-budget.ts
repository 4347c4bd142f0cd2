import type { TenantStore } from "@lilux/database";
import { LiluxError, type TenantLimitsGiven } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import type { Directory } from "../access/directory.ts";
import type { LimitsOf } from "../admit/plans.ts";

const TENANTS_MAX = 10_000;
/** Other gateways take turns, too: what they took is seen this late. */
const LOOK_EVERY_MS = 5_000;

/** How many turns, and tokens of language models, a tenant may take in a month of the calendar, in UTC. */
export interface TurnBudget {
  /** Takes one, and returns how to give it back when it did not come to be. Rejects with `budget_exhausted`. */
  take(tenant: string): Promise<() => void>;
}

export interface TurnBudgetDeps {
  store: Pick<TenantStore, "turnsOfMonth" | "tokensOfMonth">;
  directory: Pick<Directory, "tenant">;
  limitsOf: LimitsOf;
  now(): number;
}

interface Month {
  month: string;
  used: number;
  /** Of turns that have ended: what one takes is known then. */
  tokens: number;
  seenAt: number;
}

export function createTurnBudget({ store, directory, limitsOf, now }: TurnBudgetDeps): TurnBudget {
  const months = new LRUCache<string, Month>({ max: TENANTS_MAX });

  async function monthOf(tenant: string): Promise<Month> {
    const month = new Date(now()).toISOString().slice(0, 7);
    const known = months.get(tenant);
    const isOfNow = known?.month === month;
    if (isOfNow && now() - known.seenAt < LOOK_EVERY_MS) return known;
    const stored = await store.turnsOfMonth({ tenant, month });
    const tokens = await store.tokensOfMonth({ tenant, month });
    // Turns that run are counted when they end: here they count from their beginning.
    const held = months.get(tenant);
    const used = held?.month === month ? Math.max(stored, held.used) : stored;
    const next = { month, used, tokens, seenAt: now() };
    months.set(tenant, next);
    return next;
  }

  return {
    async take(tenant) {
      const record = await directory.tenant(tenant);
      const { turnsPerMonth, tokensPerMonth } = record === undefined ? NO_LIMITS : limitsOf(record);
      if (turnsPerMonth === undefined && tokensPerMonth === undefined) return () => undefined;
      const month = await monthOf(tenant);
      assertLeft("turnsPerMonth", { used: month.used, max: turnsPerMonth, at: now() });
      assertLeft("tokensPerMonth", { used: month.tokens, max: tokensPerMonth, at: now() });
      month.used += 1;
      let isGivenBack = false;
      return () => {
        if (!isGivenBack) month.used -= 1;
        isGivenBack = true;
      };
    },
  };
}

const NO_LIMITS: TenantLimitsGiven = {};
const WORDS = { turnsPerMonth: "turns", tokensPerMonth: "tokens of language models" } as const;

function assertLeft(
  limit: keyof typeof WORDS,
  { used, max, at }: { used: number; max: number | undefined; at: number },
): void {
  if (max === undefined || used < max) return;
  const today = new Date(at);
  const next = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1);
  throw new LiluxError("budget_exhausted", {
    message: `This tenant has taken the ${max} ${WORDS[limit]} of its month. The next month begins at ${new Date(next).toISOString()}.`,
    details: { limit, max, retryAfterMs: next - at },
  });
}

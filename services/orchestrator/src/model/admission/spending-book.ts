import { type ContextStore, keys } from "@lilux/context-store";
import type { Clock } from "@lilux/core/async";
import {
  type Allowance,
  type AllowanceLimits,
  rolledTo,
  settleAllowance,
  type Taken,
  takeFromAllowance,
} from "@lilux/core/fairness";
import type { Log } from "@lilux/core/telemetry";
import { LiluxError, type Tenant } from "@lilux/protocol";
import { Type } from "typebox";
import { Value } from "typebox/value";

export interface Spent {
  tokens: number;
  /** In millionths of the currency. */
  cost: number;
}

/** Tokens and money of tenants, counted where every replica sees them. */
export interface SpendingBook {
  /** Takes what a request may use at most; throws `budget_exhausted`, with which limit and until when. */
  reserve(tenant: Tenant, asked: Spent, limits: AllowanceLimits): Promise<Reservation>;
  /** What a tenant used today. */
  spentToday(tenant: Tenant): Promise<Spent>;
}

export interface Reservation {
  /** Puts what was really used in the place of what was reserved. Once. */
  settle(used: Spent): Promise<void>;
}

const StoredAllowance = Type.Object({
  day: Type.Integer(),
  tokens: Type.Number(),
  cost: Type.Number(),
  level: Type.Number(),
  levelAt: Type.Number(),
});

/** Longer than the day that it counts, in any time zone. */
const KEPT_MS = 2 * 24 * 60 * 60_000;
/** Writers of one tenant at once may each lose to all the others. */
const TRIES_MAX = 16;
const TENANTS_MAX = 10_000;

export interface SpendingDeps {
  /** Which book: what language models cost a tenant unless told. */
  keyOf?: (tenant: Tenant) => string;
  store: ContextStore;
  clock: Clock;
  logger: Log;
}

/**
 * On the context store: a tenant's spending is read, changed by a pure function and
 * put back as its next version, which the store takes only from the first of
 * those who read the same one; the others read again. While the store does not
 * answer, each process holds its own sums to the same limits, so that a
 * store that is away neither stops a turn nor opens the purse.
 */
export function createSpendingBook({
  keyOf = keys.spending,
  store,
  clock,
  logger,
}: SpendingDeps): SpendingBook {
  const own = new Map<string, Allowance>();

  async function change<T extends { after?: Allowance }>(
    tenant: Tenant,
    decide: (before: Allowance | undefined) => T,
  ): Promise<T> {
    const key = keyOf(tenant);
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      const read = await store.get(key);
      if (read.state === "unavailable") break;
      const version = read.state === "found" ? read.version : 0;
      const decided = decide(read.state === "found" ? storedAllowance(read.value) : undefined);
      if (decided.after === undefined) return decided;
      const entry = { version: version + 1, value: decided.after, ttlMs: KEPT_MS };
      const written = await store.putIfNewer(key, entry);
      if (written === "stored") return decided;
      if (written === "unavailable") break;
    }
    logger.debug({ tenant }, "spending is counted by this process alone");
    return changeOwn(tenant, decide);
  }

  function changeOwn<T extends { after?: Allowance }>(
    tenant: Tenant,
    decide: (before: Allowance | undefined) => T,
  ): T {
    const decided = decide(own.get(tenant));
    if (decided.after === undefined) return decided;
    own.delete(tenant);
    own.set(tenant, decided.after);
    const [oldest] = own.size > TENANTS_MAX ? own.keys() : [];
    if (oldest !== undefined) own.delete(oldest);
    return decided;
  }

  return {
    async reserve(tenant, most, limits) {
      const reservedAt = clock.unix();
      // Whoever has no limit waits for no store before its first word; it is counted afterwards.
      const asked = hasLimit(limits) ? most : NOTHING;
      if (hasLimit(limits)) {
        const taken = await change<Taken & { after?: Allowance }>(tenant, (before) =>
          takeFromAllowance(before, { asked, limits, now: clock.unix() }),
        );
        if (!taken.granted) throw exhausted(taken);
      }
      let settled = false;
      return {
        async settle(used) {
          if (settled) return;
          settled = true;
          const difference = { tokens: used.tokens - asked.tokens, cost: used.cost - asked.cost };
          await change(tenant, (before) => ({
            after: settleAllowance(before, { difference, reservedAt, now: clock.unix() }),
          }));
        },
      };
    },
    async spentToday(tenant) {
      const read = await store.get(keyOf(tenant));
      const used = read.state === "found" ? storedAllowance(read.value) : own.get(tenant);
      const { tokens, cost } = rolledTo(clock.unix(), used);
      return { tokens, cost };
    },
  };
}

const NOTHING: Spent = { tokens: 0, cost: 0 };

function hasLimit(limits: AllowanceLimits): boolean {
  return Object.values(limits).some((limit) => limit !== undefined);
}

function storedAllowance(value: unknown): Allowance | undefined {
  return Value.Check(StoredAllowance, value) ? value : undefined;
}

const LIMIT: Readonly<Record<keyof AllowanceLimits, { name: string; message: string }>> = {
  tokensPerMinute: {
    name: "tokens_per_minute",
    message: "The tenant's language model tokens of this minute are used up. Wait a moment.",
  },
  tokensPerDay: {
    name: "tokens_per_day",
    message:
      "The tenant's language model tokens of today are used up. They begin anew at 00:00 UTC.",
  },
  costPerDay: {
    name: "cost_per_day",
    message: "The tenant's language model budget of today is used up. It begins anew at 00:00 UTC.",
  },
};

function exhausted({ limit, retryAfterMs }: Taken & { granted: false }): LiluxError {
  const { name, message } = LIMIT[limit];
  return new LiluxError("budget_exhausted", { message, details: { limit: name, retryAfterMs } });
}

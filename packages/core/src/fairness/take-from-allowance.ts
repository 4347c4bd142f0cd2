/** What a tenant used so far: today's sums, and the bucket of its rate. */
export interface Allowance {
  /** The day of the sums, as days since 1970 (UTC). */
  day: number;
  tokens: number;
  /** In millionths of the currency, whole. */
  cost: number;
  /** Tokens of the last minute that have not run off yet. */
  level: number;
  /** Unix ms of `level`. */
  levelAt: number;
}

/** What is not said has no bound. */
export interface AllowanceLimits {
  tokensPerMinute?: number | undefined;
  tokensPerDay?: number | undefined;
  /** In millionths of the currency. */
  costPerDay?: number | undefined;
}

export interface Asked {
  tokens: number;
  cost: number;
}

export type Taken =
  | { granted: true; after: Allowance }
  | { granted: false; limit: keyof AllowanceLimits; retryAfterMs: number };

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * Takes what is asked for, whole or not at all. The rate is a leaking bucket of
 * one minute's tokens. What is larger than a limit by itself passes once the
 * tenant used nothing else: a limit is about how much, not about how large one
 * request may be.
 */
export function takeFromAllowance(
  before: Allowance | undefined,
  { asked, limits, now }: { asked: Asked; limits: AllowanceLimits; now: number },
): Taken {
  const used = rolledTo(now, before);
  const refused = refusal(used, { asked, limits, now });
  if (refused !== undefined) return { granted: false, ...refused };
  const after = {
    ...used,
    tokens: used.tokens + asked.tokens,
    cost: used.cost + asked.cost,
    level: leaked(used, limits, now) + asked.tokens,
    levelAt: now,
  };
  return { granted: true, after };
}

/** What was reserved and not used is given back; what was used beyond it is counted. */
export function settleAllowance(
  before: Allowance | undefined,
  { difference, reservedAt, now }: { difference: Asked; reservedAt: number; now: number },
): Allowance {
  const used = rolledTo(now, before);
  // What was reserved yesterday is in yesterday's sums: only what came on top is of today.
  const isToday = dayOf(reservedAt) === used.day;
  const counted = (more: number): number => (isToday ? more : Math.max(0, more));
  return {
    ...used,
    tokens: Math.max(0, used.tokens + counted(difference.tokens)),
    cost: Math.max(0, used.cost + counted(difference.cost)),
    level: Math.max(0, used.level + difference.tokens),
  };
}

/** Today's sums begin at nothing. */
export function rolledTo(now: number, used: Allowance | undefined): Allowance {
  const day = dayOf(now);
  if (used === undefined) return { day, tokens: 0, cost: 0, level: 0, levelAt: now };
  return used.day === day ? used : { ...used, day, tokens: 0, cost: 0 };
}

function refusal(
  used: Allowance,
  { asked, limits, now }: { asked: Asked; limits: AllowanceLimits; now: number },
): { limit: keyof AllowanceLimits; retryAfterMs: number } | undefined {
  const untilTomorrow = (used.day + 1) * DAY_MS - now;
  const { tokensPerMinute, tokensPerDay, costPerDay } = limits;
  if (isOver(used.tokens, asked.tokens, tokensPerDay)) {
    return { limit: "tokensPerDay", retryAfterMs: untilTomorrow };
  }
  if (isOver(used.cost, asked.cost, costPerDay)) {
    return { limit: "costPerDay", retryAfterMs: untilTomorrow };
  }
  const level = leaked(used, limits, now);
  if (tokensPerMinute === undefined || !isOver(level, asked.tokens, tokensPerMinute)) return;
  const tooMuch = Math.min(level, level + asked.tokens - tokensPerMinute);
  const retryAfterMs = Math.max(1, Math.ceil((tooMuch / tokensPerMinute) * MINUTE_MS));
  return { limit: "tokensPerMinute", retryAfterMs };
}

function isOver(used: number, asked: number, limit: number | undefined): boolean {
  return limit !== undefined && asked > 0 && used > 0 && used + asked > limit;
}

function leaked(
  { level, levelAt }: Allowance,
  { tokensPerMinute }: AllowanceLimits,
  now: number,
): number {
  if (tokensPerMinute === undefined) return 0;
  const gone = (Math.max(0, now - levelAt) / MINUTE_MS) * tokensPerMinute;
  return Math.max(0, level - gone);
}

function dayOf(now: number): number {
  return Math.floor(now / DAY_MS);
}

/** A rate limit that allows short bursts. Times are milliseconds of any one clock. */
export interface TokenBucket {
  /** Whether so many may pass now; takes their place when they may. More than a burst passes when it is full. */
  take(nowMs: number, count?: number): boolean;
  /** How long until so many may pass. */
  waitMs(nowMs: number, count?: number): number;
  /** How many may pass now, in whole numbers. */
  left(nowMs: number): number;
  /** How long until it is full. */
  fullInMs(nowMs: number): number;
}

/** `perSecond` on average, and never more than `burst` at once. */
export function createTokenBucket(perSecond: number, burst: number): TokenBucket {
  let tokens = burst;
  let filledAt: number | undefined;

  function fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - (filledAt ?? nowMs));
    filledAt = Math.max(nowMs, filledAt ?? nowMs);
    tokens = Math.min(burst, tokens + (elapsedMs * perSecond) / 1_000);
  }

  const missingMs = (count: number): number =>
    (Math.max(0, Math.min(count, burst) - tokens) * 1_000) / perSecond;

  return {
    take(nowMs, count = 1) {
      fill(nowMs);
      if (tokens < Math.min(count, burst)) return false;
      tokens = Math.max(0, tokens - count);
      return true;
    },
    waitMs(nowMs, count = 1) {
      fill(nowMs);
      return missingMs(count);
    },
    left(nowMs) {
      fill(nowMs);
      return Math.floor(tokens);
    },
    fullInMs(nowMs) {
      fill(nowMs);
      return missingMs(burst);
    },
  };
}

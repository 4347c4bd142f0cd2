/** A rate limit that allows short bursts. Times are milliseconds of any one clock. */
interface TokenBucket {
  /** Whether one more may pass now; takes its place when it may. */
  take(nowMs: number): boolean;
}

/** `perSecond` on average, and never more than `burst` at once. */
export function createTokenBucket(perSecond: number, burst: number): TokenBucket {
  let tokens = burst;
  let filledAt: number | undefined;
  return {
    take(nowMs) {
      const elapsedMs = Math.max(0, nowMs - (filledAt ?? nowMs));
      filledAt = nowMs;
      tokens = Math.min(burst, tokens + (elapsedMs * perSecond) / 1_000);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}

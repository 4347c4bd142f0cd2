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
  return new FilledBucket(perSecond, burst);
}

/** A class, since every socket has some of them: methods of an object made here would be its own. */
class FilledBucket implements TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number | undefined;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#tokens = burst;
  }

  take(nowMs: number, count = 1): boolean {
    this.#fill(nowMs);
    if (this.#tokens < Math.min(count, this.#burst)) return false;
    this.#tokens = Math.max(0, this.#tokens - count);
    return true;
  }

  waitMs(nowMs: number, count = 1): number {
    this.#fill(nowMs);
    return this.#missingMs(count);
  }

  left(nowMs: number): number {
    this.#fill(nowMs);
    return Math.floor(this.#tokens);
  }

  fullInMs(nowMs: number): number {
    this.#fill(nowMs);
    return this.#missingMs(this.#burst);
  }

  #fill(nowMs: number): void {
    const elapsedMs = Math.max(0, nowMs - (this.#filledAt ?? nowMs));
    this.#filledAt = Math.max(nowMs, this.#filledAt ?? nowMs);
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs * this.#perSecond) / 1_000);
  }

  #missingMs(count: number): number {
    return (Math.max(0, Math.min(count, this.#burst) - this.#tokens) * 1_000) / this.#perSecond;
  }
}

/** Second attempts as a share of the first ones, so that a server in trouble gets no more of it. */
export interface RetryBudget {
  /** A first attempt. */
  deposit(): void;
  /** Whether one more attempt may be made. */
  withdraw(): boolean;
}

/** One more attempt for ten requests, and a few for a process that has just begun. */
const SHARE = 0.1;
const SAVED_MAX = 5;

export function createRetryBudget(): RetryBudget {
  let saved = SAVED_MAX;
  return {
    deposit() {
      saved = Math.min(SAVED_MAX, saved + SHARE);
    },
    withdraw() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}

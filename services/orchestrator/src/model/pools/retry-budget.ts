/** Further attempts as a share of the first ones, so that a server in trouble gets no more of it. */
export interface RetryBudget {
  /** A first attempt. */
  deposit(): void;
  /** Whether one more attempt may be made. */
  withdraw(): boolean;
}

export interface BudgetShare {
  share: number;
  /** What is saved at most, and at the beginning. */
  savedMax: number;
}

/** One more attempt for ten requests, and a few for a process that has just begun. */
const RETRIES: BudgetShare = { share: 0.1, savedMax: 5 };
/** One in twenty, and one for a process that has just begun. */
export const HEDGES: BudgetShare = { share: 0.05, savedMax: 1 };

export function createRetryBudget({ share, savedMax }: BudgetShare = RETRIES): RetryBudget {
  let saved = savedMax;
  return {
    deposit() {
      saved = Math.min(savedMax, saved + share);
    },
    withdraw() {
      // Twenty shares of a twentieth are a hair less than one.
      if (saved < 1 - 1e-9) return false;
      saved -= 1;
      return true;
    },
  };
}

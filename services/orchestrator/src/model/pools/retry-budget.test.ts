import { expect, test } from "vitest";
import { createRetryBudget, HEDGES } from "./retry-budget.ts";

// Mutants: a share of 0.5; savings without a bound.
test.each([
  ["second requests beside a silent first one", HEDGES, 0.05, 1],
  ["retries", undefined, 0.1, 5],
] as const)(
  "of a thousand requests that all want one more, %s are the budget's share and what was saved up",
  (_, share, wanted, saved) => {
    const budget = createRetryBudget(share);
    // A quiet time saves up no more than that.
    for (let quiet = 0; quiet < 1_000; quiet += 1) budget.deposit();
    let made = 0;
    for (let asked = 0; asked < 1_000; asked += 1) {
      budget.deposit();
      if (budget.withdraw()) made += 1;
    }
    expect(made).toBeGreaterThanOrEqual(wanted * 1_000);
    expect(made).toBeLessThanOrEqual(wanted * 1_000 + saved);
  },
);

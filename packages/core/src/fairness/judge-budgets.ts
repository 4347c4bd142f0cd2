import { BUDGETS, type Budget } from "@lilux/protocol";
import { costOfUse, GIGABYTE, type Use, type UsePrices } from "./cost-of-use.ts";

/** What a tenant may take in a month. What is not said has no bound. */
export type MonthlyBudgets = { readonly [budget in Budget]?: number | undefined };

export interface BudgetState {
  budget: Budget;
  max: number;
  used: number;
  /** `soft` from four fifths on: admins are told. `spent`: what it bounds is refused. */
  state: "open" | "soft" | "spent";
}

const SOFT_FROM = 0.8;

/** Each budget that is set, and how much of it is used. */
export function judgeBudgets(budgets: MonthlyBudgets, use: Use, prices: UsePrices): BudgetState[] {
  return BUDGETS.flatMap((budget) => {
    const max = budgets[budget];
    if (max === undefined) return [];
    const used = usedOf(budget, use, prices);
    const isSoft = used >= SOFT_FROM * max;
    return [{ budget, max, used, state: used >= max ? "spent" : isSoft ? "soft" : "open" }];
  });
}

function usedOf(budget: Budget, use: Use, prices: UsePrices): number {
  switch (budget) {
    case "turnsPerMonth":
      return use.turns;
    case "predictionsPerMonth":
      return use.predictions;
    case "tokensPerMonth":
      return use.promptTokens + use.completionTokens;
    case "scriptSecondsPerMonth":
      return use.scriptSeconds;
    case "gigabyteHoursPerMonth":
      return use.byteHours / GIGABYTE;
    case "costPerMonth":
      return costOfUse(use, prices);
  }
}

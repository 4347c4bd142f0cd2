/** Budgets that a tenant may have for a month, by the names of its limits. */
export const BUDGETS = [
  "turnsPerMonth",
  "predictionsPerMonth",
  "tokensPerMonth",
  "scriptSecondsPerMonth",
  "gigabyteHoursPerMonth",
  "costPerMonth",
] as const;
export type Budget = (typeof BUDGETS)[number];

/** What each of them counts, within a sentence. */
export const BUDGET_WORDS: Readonly<Record<Budget, string>> = {
  turnsPerMonth: "turns",
  predictionsPerMonth: "predictions",
  tokensPerMonth: "language model tokens",
  scriptSecondsPerMonth: "seconds of scripts",
  gigabyteHoursPerMonth: "gigabyte hours of storage",
  costPerMonth: "cost",
};

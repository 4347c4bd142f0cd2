import { expect, test } from "vitest";
import { budgetSentence } from "./budget-sentence.ts";

const notice = {
  type: "budget-notice",
  budget: "turnsPerMonth",
  state: "soft",
  month: "2026-11",
  used: 16_000,
  max: 20_000,
} as const;

test("a budget's notice says how much of what is used, and what becomes of it", () => {
  expect(budgetSentence(notice)).toBe(
    "Four fifths of this month's budget are used: 16,000 of 20,000 (turns).",
  );
  const spent = { ...notice, budget: "costPerMonth", state: "spent", used: 12.509, max: 12.5 };
  expect(budgetSentence(spent as typeof notice)).toBe(
    "This month's budget is used up: 12.5 of 12.5 (cost). It begins anew with the next month.",
  );
});

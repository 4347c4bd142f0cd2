import { BUDGET_WORDS, type BudgetNotice } from "@lilux/protocol";

/** What a month's budget has come to, for whoever is told of it. */
export function budgetSentence({ budget, state, used, max }: BudgetNotice): string {
  const share = `${shown(used)} of ${shown(max)} (${BUDGET_WORDS[budget]})`;
  return state === "spent"
    ? `This month's budget is used up: ${share}. It begins anew with the next month.`
    : `Four fifths of this month's budget are used: ${share}.`;
}

/** Never more than was used, so that what is left is not told smaller than it is. */
function shown(count: number): string {
  return (Math.floor(count * 100) / 100).toLocaleString("en");
}

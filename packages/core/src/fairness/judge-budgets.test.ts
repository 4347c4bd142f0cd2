import { expect, test } from "vitest";
import { costOfUse } from "./cost-of-use.ts";
import { judgeBudgets } from "./judge-budgets.ts";

const USE = {
  turns: 80,
  calls: 10,
  predictions: 1_000,
  promptTokens: 900_000,
  completionTokens: 100_000,
  scriptSeconds: 30.5,
  byteHours: 36e10,
};
const PRICES = {
  turn: 0.01,
  call: 0.002,
  prediction: 0.0001,
  promptTokens: 0.5,
  completionTokens: 2,
  scriptSecond: 0.001,
  gigabyteMonth: 0.2,
};

// Mutants: completion tokens at the price of prompt tokens; a month of 24 hours.
test("a use costs what each of its parts costs, and what has no price costs nothing", () => {
  expect(costOfUse(USE, PRICES)).toBe(1.7005);
  expect(costOfUse(USE, { completionTokens: 2 })).toBe(0.2);
  // 500 MB for thirty days.
  expect(costOfUse(USE, { gigabyteMonth: 3 })).toBe(1.5);
  expect(costOfUse(USE, {})).toBe(0);
});

// Mutants: `>` for `>=` at the end of a budget; tokens without those that were written.
test.each([
  ["turnsPerMonth", 80, 100],
  ["predictionsPerMonth", 1_000, 1_250],
  ["tokensPerMonth", 1_000_000, 1_250_000],
  ["scriptSecondsPerMonth", 30.5, 38],
  ["gigabyteHoursPerMonth", 360, 450],
  ["costPerMonth", 1.7005, 2.1],
] as const)("%s is soft from four fifths on and spent when all is used", (budget, used, soft) => {
  const judged = (max: number) => judgeBudgets({ [budget]: max }, USE, PRICES);
  expect(judged(soft)).toEqual([{ budget, max: soft, used, state: "soft" }]);
  expect(judged(2 * soft)).toMatchObject([{ state: "open" }]);
  expect(judged(used)).toMatchObject([{ state: "spent" }]);
});

test("a tenant without budgets has none to look at", () => {
  expect(judgeBudgets({}, USE, PRICES)).toEqual([]);
});

import { SILENT_LOG } from "@lilux/core/telemetry";
import type { TenantLimitsGiven, TenantRecord } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { createLimitsOf } from "../admit/plans.ts";
import { createBudgets } from "./budgets.ts";

const NOTHING = {
  turns: 0,
  calls: 0,
  predictions: 0,
  promptTokens: 0,
  completionTokens: 0,
  scriptMs: 0,
  byteHours: 0,
};

function setUp(limits: TenantLimitsGiven, stored: Partial<typeof NOTHING> = {}) {
  let now = Date.UTC(2026, 10, 20);
  let use = { ...NOTHING, ...stored };
  const names = new Set<string>();
  const records: object[] = [];
  const reached: string[] = [];
  const record: TenantRecord = {
    tenant: testTenant("acme"),
    state: "active",
    plan: "team",
    limits,
    settings: {},
    signIn: null,
    createdAt: 0,
  };
  const create = () =>
    createBudgets({
      store: {
        totalsOfMonth: async () => use,
        async recordOnce(name, given) {
          if (names.has(name)) return false;
          names.add(name);
          records.push(given);
          return true;
        },
      },
      directory: { tenant: async () => record },
      limitsOf: createLimitsOf({}),
      prices: { currency: "EUR", turn: 0.5, scriptSecond: 1 },
      onReached: ({ budget, state }) => void reached.push(`${budget} ${state}`),
      onSeen: () => undefined,
      logger: SILENT_LOG,
      now: () => now,
    });
  return {
    create,
    records,
    reached,
    pass(ms: number, stored: Partial<typeof NOTHING> = {}) {
      now += ms;
      use = { ...use, ...stored };
    },
  };
}

// Mutants: `recordOnce` without its name's state; `tell` only before a turn is taken.
test("admins are told once when a budget is used to four fifths and once when it is spent, whichever gateway sees it", async () => {
  const { create, records, reached } = setUp({ turnsPerMonth: 5 });
  const [one, two] = [create(), create()];
  for (let turn = 0; turn < 4; turn += 1) await one.take(testTenant("acme"));
  await eventually(() => reached.length === 1, { withinMs: 60_000 });
  expect(reached).toEqual(["turnsPerMonth soft"]);
  await one.take(testTenant("acme"));
  await expect(one.take(testTenant("acme"))).rejects.toMatchObject({
    code: "budget_exhausted",
    details: { limit: "turnsPerMonth", max: 5 },
  });
  await eventually(() => reached.length === 2, { withinMs: 60_000 });
  expect(records).toMatchObject([
    { tenant: "acme", actor: "lilux", action: "budget.soft", detail: { budget: "turnsPerMonth" } },
    { action: "budget.spent" },
  ]);
  for (let turn = 0; turn < 5; turn += 1) await two.take(testTenant("acme"));
  expect(reached).toHaveLength(2);
});

// Mutant: `bindsTurns` that is always true.
test("tokens, script seconds, storage and cost end turns, predictions end predictions alone, and the next month begins anew", async () => {
  const tokens = setUp({ tokensPerMonth: 10 }, { promptTokens: 6, completionTokens: 4 });
  await expect(tokens.create().take(testTenant("acme"))).rejects.toMatchObject({
    code: "budget_exhausted",
  });
  const scripts = setUp({ scriptSecondsPerMonth: 2 }, { scriptMs: 2_000 });
  await expect(scripts.create().take(testTenant("acme"))).rejects.toMatchObject({
    code: "budget_exhausted",
  });
  const kept = setUp({ gigabyteHoursPerMonth: 3 }, { byteHours: 3e9 });
  await expect(kept.create().take(testTenant("acme"))).rejects.toMatchObject({
    details: { limit: "gigabyteHoursPerMonth" },
  });
  const cost = setUp({ costPerMonth: 3 }, { turns: 2, scriptMs: 2_000 });
  await expect(cost.create().take(testTenant("acme"))).rejects.toMatchObject({
    details: { limit: "costPerMonth" },
  });
  const typed = setUp({ predictionsPerMonth: 10 }, { predictions: 10 });
  const budgets = typed.create();
  budgets.predict(testTenant("acme"));
  await budgets.take(testTenant("acme"));
  expect(() => budgets.predict(testTenant("acme"))).toThrow(
    /predictions of the month \(10\) are used up/,
  );
  typed.pass(12 * 24 * 3_600_000, { predictions: 0 });
  budgets.predict(testTenant("acme"));
  expect(await budgets.states(testTenant("acme"))).toMatchObject([{ used: 0, state: "open" }]);
});

// Mutant: `predicted` that counts for the next look alone.
test("predictions count from their answers on, before they are written, and a turn that came to nothing is given back", async () => {
  const { create } = setUp({ predictionsPerMonth: 2, turnsPerMonth: 100 });
  const budgets = create();
  const giveBack = await budgets.take(testTenant("acme"));
  giveBack();
  giveBack();
  budgets.predicted(testTenant("acme"));
  budgets.predict(testTenant("acme"));
  budgets.predicted(testTenant("acme"));
  expect(() => budgets.predict(testTenant("acme"))).toThrow();
  const states = await budgets.states(testTenant("acme"));
  expect(states.map(({ used }) => used)).toEqual([0, 2]);
});

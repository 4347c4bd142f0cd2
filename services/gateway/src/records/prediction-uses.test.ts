import { SILENT_LOG } from "@lilux/core/telemetry";
import type { TenantStore } from "@lilux/database";
import { LiluxError, type PredictRequest } from "@lilux/protocol";
import { createManualClock, eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { predictionOf } from "../testing/predictions.ts";
import { countedPredict } from "./counted-predict.ts";
import { createPredictionUses } from "./prediction-uses.ts";

type Counted = Parameters<TenantStore["countUse"]>[0];

function setUp(countUse: (use: Counted) => Promise<boolean>) {
  const clock = createManualClock();
  const predictions = createPredictionUses({ store: { countUse }, clock, logger: SILENT_LOG });
  return { clock, predictions };
}

// Mutants: a new name at the second try; `unwritten` left out of `write`.
test("a batch whose answer was lost is written again under its name, and nothing that came meanwhile is lost", async () => {
  const kept = new Map<string, number>();
  let tries = 0;
  const { clock, predictions } = setUp(async ({ name, predictions: count = 0 }) => {
    tries += 1;
    const isNew = !kept.has(name);
    if (isNew) kept.set(name, count);
    // It is done, and its answer is lost.
    if (tries === 1) throw new LiluxError("database_unavailable");
    return isNew;
  });
  const use = { tenant: testTenant("acme"), at: clock.unix() };
  for (let typed = 0; typed < 5; typed += 1) predictions.add({ ...use, person: "p_1" });
  predictions.add({ ...use, person: "p_2" });
  void predictions.part.start?.();
  await eventually(() => clock.sleepers(10_000) === 1, { withinMs: 60_000 });
  clock.advance(10_000);
  await eventually(() => tries === 1, { withinMs: 60_000 });
  predictions.add({ ...use, person: "p_1" });
  await predictions.part.stop?.(0);
  expect([...kept.values()].reduce((sum, count) => sum + count, 0)).toBe(7);
  expect(tries).toBe(4);
});

// Mutant: `countedPredict` that counts before it is answered.
test("what is answered counts once for who typed it; what failed or is beyond the budget does not", async () => {
  const added: string[] = [];
  let isSpent = false;
  const counted = countedPredict(
    async (request) => {
      if (request.text === "fails") throw new LiluxError("router_unavailable");
      return predictionOf(request, []);
    },
    {
      budgets: {
        take: async () => () => undefined,
        states: async () => [],
        reached: async () => ({ month: "2026-11", states: [] }),
        predicted: () => undefined,
        predict() {
          if (isSpent) throw new LiluxError("budget_exhausted");
        },
      },
      predictions: { add: ({ person }) => void added.push(person), part: { name: "none" } },
    },
    () => 0,
  );
  const ask = (given: Partial<PredictRequest>) =>
    counted(
      { tenant: testTenant("acme"), sessionId: "s", seq: 1, text: "look", ...given },
      { deadlineMs: 1 },
    );
  await ask({ person: "p_1" });
  await ask({});
  await expect(ask({ person: "p_1", text: "fails" })).rejects.toThrow();
  isSpent = true;
  await expect(ask({ person: "p_1" })).rejects.toMatchObject({ code: "budget_exhausted" });
  expect(added).toEqual(["p_1", "nobody"]);
});

import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createManualClock, eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { OrchestratorConfig } from "./config.ts";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "./model/testing/strict-server/strict-rules.ts";
import { createHarness, endOf, textOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

const soon = { withinMs: 10_000 };

async function before(
  pool: object,
  more: Partial<OrchestratorConfig> = {},
  rules: Partial<StrictRules> = {},
  clock: Clock = SYSTEM_CLOCK,
) {
  const server = await startStrictServer({ reply: () => ({ text: "Twelve words." }), ...rules });
  const pools = [{ name: "main", url: server.url, deadlines: { firstTokenMs: 20_000 }, ...pool }];
  const harness = await createHarness({
    config: { pools, ...more },
    kiwi: { search: async () => SEARCH_RESULT },
    clock,
  });
  onTestFinished(() => harness.service.stop());
  const ask = (turnId: string, tenant = "local", signal?: AbortSignal) => {
    const options = signal === undefined ? {} : { signal };
    return harness.run(
      turnRequest({ kind: "ask", turnId, tenant: testTenant(tenant), sessionId: turnId }),
      options,
    );
  };
  return { server, ask, ...harness };
}

test("while all places are taken a result is shown in its plain form, and its explanation waits for nobody", async () => {
  const { server, ask, run, metrics } = await before({ running: 1 });
  await ask("t0");
  const asked = server.turns().length;
  server.rules.fault = { kind: "silent" };
  const leaving = new AbortController();
  const holds = ask("t1", "local", leaving.signal);
  await eventually(() => server.turns().length === asked + 1, soon);
  const sure = prediction(candidate(SEARCH, 0.95));
  const events = await run(turnRequest({ turnId: "t2", sessionId: "t2" }, { prediction: sure }));
  expect(endOf(events)).toMatchObject({ outcome: "completed" });
  expect(textOf(events)).toContain("send_email");
  expect(server.turns()).toHaveLength(asked + 1);
  expect(await metrics()).toMatch(
    /lilux_orchestrator_admission_refused_total\{pool="main",purpose="explain",reason="place"\} 1/,
  );
  leaving.abort();
  await holds;
});

test("a place comes free when a turn is cancelled, and who waited is answered", async () => {
  const { server, ask } = await before({ running: 1 });
  await ask("t0");
  const asked = server.turns().length;
  server.rules.fault = { kind: "silent" };
  const leaving = new AbortController();
  const holds = ask("t1", "local", leaving.signal);
  await eventually(() => server.turns().length === asked + 1, soon);
  server.rules.fault = undefined;
  const waits = ask("t2");
  leaving.abort();
  await holds;
  expect(textOf(await waits)).toBe("Twelve words.");
});

test("a budget that is used up ends that tenant's turn with its limit and when it begins anew; another's goes on", async () => {
  const modelLimits = { tenants: { acme: { tokensPerDay: 10 } } };
  const { ask } = await before({}, { modelLimits });
  expect(endOf(await ask("t1", "acme"))).toMatchObject({ outcome: "completed" });
  expect(endOf(await ask("t2", "acme"))).toMatchObject({
    outcome: "failed",
    error: {
      code: "budget_exhausted",
      retryable: true,
      details: { limit: "tokens_per_day", retryAfterMs: expect.any(Number) },
    },
  });
  expect(endOf(await ask("t3", "other"))).toMatchObject({ outcome: "completed" });
});

test("a turn tells its cost where its pool has prices, and the tenant's sum is a metric", async () => {
  const { ask, metrics } = await before({ prices: { input: 1, output: 1_000_000 } });
  const { usage } = endOf(await ask("t1", "acme"));
  const tokens = usage?.completionTokens ?? 0;
  expect(tokens).toBeGreaterThan(0);
  expect(usage?.cost).toBeCloseTo(tokens + (usage?.promptTokens ?? 0) / 1_000_000, 6);
  expect(await metrics()).toContain(`lilux_orchestrator_tenant_cost_total{tenant="acme"}`);
});

test("a pool whose budget is used up leaves the turn to the next one that costs less", async () => {
  const small = await startStrictServer({ models: ["small"] });
  const modelLimits = { everyone: { costPerDay: 0.000_001 } };
  const dear = { name: "dear", prices: { input: 100, output: 100 } };
  const { server, ask } = await before(dear, { modelLimits });
  const asks = await ask("t1");
  expect(endOf(asks)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
  expect(server.turns()).toHaveLength(1);
  const pools = [
    { ...dear, url: server.url },
    { name: "small", url: small.url },
  ];
  const harness = await createHarness({ config: { pools, modelLimits } });
  onTestFinished(() => harness.service.stop());
  const run = (turnId: string) =>
    harness.run(turnRequest({ kind: "ask", turnId, sessionId: turnId }));
  expect(endOf(await run("t2"))).toMatchObject({ usage: { model: "base" } });
  expect(endOf(await run("t3"))).toMatchObject({ outcome: "completed", usage: { model: "small" } });
});

// Mutants: `seenAt` not handed to `forTurn`; `wayMs` of nothing.
test.each([
  ["a second on its way", 1_000, 7_550],
  ["taken up again long after it was sent", 600_000, 8_550],
  ["sent through a gateway whose clock is ahead", -600_000, 8_550],
])(
  "a turn that was %s waits for its first word as long as its person still does",
  async (_, agoMs, leftMs) => {
    const clock = createManualClock();
    const deadlines = { firstTokenMs: 9_000, idleMs: 600_000 };
    const { server, run } = await before({ running: 1, deadlines }, {}, {}, clock);
    const leaving = new AbortController();
    const ask = (turnId: string) => {
      const acceptedAt = Math.round(clock.unix() - agoMs);
      const turn = { kind: "ask", turnId, sessionId: turnId, acceptedAt } as const;
      return run(turnRequest(turn, { prediction: prediction() }), { signal: leaving.signal });
    };
    await ask("t0");
    // Who has begun to speak holds its place for long.
    server.rules.fault = { kind: "lost", afterCharacters: 3, how: "hang" };
    const holds = ask("t1");
    await eventually(() => server.turns().length === 2, soon);
    const waits = ask("t2");
    // Half of what is left it waits for a place.
    await eventually(() => clock.sleepers(leftMs / 2) === 1, soon);
    leaving.abort();
    await Promise.all([holds, waits]);
  },
);

// Mutant: `instead` throws what is `overloaded`, as it does for a fleet.
test("a helper on the same machine that has no place free leaves the turn to the built-in model", async () => {
  const clock = createManualClock();
  const deadlines = { firstTokenMs: 9_000, idleMs: 600_000 };
  const { server, run } = await before({ running: 1, isLocal: true, deadlines }, {}, {}, clock);
  const leaving = new AbortController();
  const ask = (turnId: string) => {
    const acceptedAt = Math.round(clock.unix());
    const turn = { kind: "ask", turnId, sessionId: turnId, acceptedAt } as const;
    return run(turnRequest(turn, { prediction: prediction() }), { signal: leaving.signal });
  };
  await ask("t0");
  server.rules.fault = { kind: "lost", afterCharacters: 3, how: "hang" };
  const holds = ask("t1");
  await eventually(() => server.turns().length === 2, soon);
  const waits = ask("t2");
  const halfMs = 8_550 / 2;
  await eventually(() => clock.sleepers(halfMs) === 1, soon);
  clock.advance(halfMs);
  expect(endOf(await waits)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
  leaving.abort();
  await holds;
});

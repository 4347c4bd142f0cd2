import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createHarness, endOf, textOf } from "../../testing/harness.ts";
import {
  candidate,
  prediction,
  SEARCH,
  SEARCH_RESULT,
  turnRequest,
} from "../../testing/samples.ts";
import {
  type StrictServer,
  startStrictServer,
} from "../testing/strict-server/start-strict-server.ts";
import type { StrictFault } from "../testing/strict-server/strict-rules.ts";
import { createFirstTokenTimes } from "./first-token-times.ts";
import type { PoolTiming } from "./pool.ts";

const within = { withinMs: 20_000 };

/** The orchestrator before two servers, of which the first one has a fault. */
async function before(timing: Partial<PoolTiming> = {}) {
  const [one, two] = await Promise.all([
    startStrictServer({ models: ["one"] }),
    startStrictServer({ models: ["two"] }),
  ]);
  const harness = await createHarness({
    config: {
      pools: [
        { name: "one", url: one.url, deadlines: { firstTokenMs: 60_000 } },
        { name: "two", url: two.url },
      ],
    },
    kiwi: { search: async () => SEARCH_RESULT },
    poolTiming: { hedgeMsMin: 20, hedgeMsMax: 40, aliveMs: 500, ...timing },
  });
  onTestFinished(() => harness.service.stop());
  const ask = (turnId: string, tenant = "local") =>
    harness.run(
      turnRequest({ kind: "ask", turnId, tenant: testTenant(tenant), sessionId: turnId }),
    );
  const break_ = (fault: StrictFault): void => {
    one.rules.fault = fault;
  };
  // Both are known, and no turn was asked for twice yet.
  const isKnown = ({ completions }: StrictServer): boolean =>
    completions.filter(({ status }) => status === 200).length >= 3;
  await eventually(() => isKnown(one) && isKnown(two), within);
  return { one, two, ask, break_, ...harness };
}

// Fails when `firstToSpeak` waits for the first one's deadline, or leaves it open.
test.each(["silent", "stopped", "engine-stopped"] as const)(
  "while the first pool is %s the next one is asked, answers, and the first one's request is closed",
  async (kind) => {
    const { one, two, ask, break_, service } = await before();
    const asked = one.turns().length;
    break_({ kind });
    const events = await ask("t1");
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "two" } });
    expect(two.turns()).toHaveLength(1);
    const [waited] = one.turns().slice(asked);
    if (waited !== undefined) await eventually(() => waited.left, within);
    // It hangs, as one token tells: nobody else waits for it.
    await eventually(() => service.degraded?.().includes("one: silent") === true, within);
    // The other pool answers: nobody is to be woken.
    expect(service.dependencies?.()["language-model"]).toBeUndefined();
    const after = one.turns().length;
    expect(endOf(await ask("t2"))).toMatchObject({ usage: { model: "two" } });
    expect(one.turns()).toHaveLength(after);
  },
  60_000,
);

test("a first pool that speaks before the second one answers, and the second one's request is closed", async () => {
  const { two, ask, break_, metrics } = await before();
  break_({ kind: "slow", ms: 200 });
  two.rules.fault = { kind: "silent" };
  const events = await ask("t1");
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "one" } });
  expect(textOf(events)).toMatch(/^I read \d+ characters\.$/);
  await eventually(() => two.turns()[0]?.left === true, within);
  expect(await metrics()).toContain('hedges_total{outcome="lost"} 1');
});

test("when the second pool fails, the first one is waited for", async () => {
  const { two, ask, break_, metrics } = await before();
  break_({ kind: "slow", ms: 200 });
  two.rules.fault = { kind: "refusing", status: 503 };
  expect(endOf(await ask("t1"))).toMatchObject({ usage: { model: "one" } });
  expect(await metrics()).toContain('hedges_total{outcome="failed"} 1');
});

// Mutant: `firstToSpeak` without `hedges.withdraw()`.
test("of a hundred turns before a slow pool at most one in twenty is asked for twice, and one more", async () => {
  const timing = { hedgeMsMin: 5, hedgeMsMax: 5, aliveMs: 30_000 };
  const { ask, break_, metrics } = await before(timing);
  break_({ kind: "slow", ms: 30 });
  const turns = Array.from({ length: 100 }, (_, index) => ask(`t${index}`, `tenant${index % 2}`));
  for (const events of await Promise.all(turns)) expect(endOf(events).outcome).toBe("completed");
  const hedges = [...(await metrics()).matchAll(/hedges_total\{outcome="\w+"\} (\d+)/g)];
  const made = hedges.reduce((sum, [, count]) => sum + Number(count), 0);
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThanOrEqual(6);
});

test("an explanation is not asked for twice, nor waited for where the server is busy", async () => {
  const { one, two, run, break_ } = await before();
  const sure = prediction(candidate(SEARCH, 0.95));
  break_({ kind: "slow", ms: 100 });
  const events = await run(turnRequest({ turnId: "t1" }, { prediction: sure }));
  expect(endOf(events)).toMatchObject({ usage: { model: "one" } });
  expect(two.turns()).toEqual([]);
  await two.close();
  const asked = one.turns().length;
  break_({ kind: "refusing", status: 429, retryAfterSeconds: 3 });
  const shed = await run(turnRequest({ turnId: "t2" }, { prediction: sure }));
  expect(textOf(shed)).toContain("send_email");
  expect(endOf(shed).outcome).toBe("completed");
  expect(one.turns()).toHaveLength(asked + 1);
});

test.each([
  ["nothing", [], 200],
  ["few answers", [5, 5, 5], 200],
  ["quick answers", Array.from({ length: 20 }, () => 5), 100],
  ["answers of one kind", Array.from({ length: 64 }, () => 400), 400],
  ["very slow answers", Array.from({ length: 20 }, () => 90_000), 8_000],
  ["old answers and many new ones", [...Array(64).fill(7_000), ...Array(64).fill(300)], 300],
])("after %s an answer is unusual that takes longer than nearly all", (_, times, ms) => {
  const seen = createFirstTokenTimes({ min: 100, max: 8_000 });
  for (const time of times) seen.add(time);
  expect(seen.unusualMs()).toBe(ms);
});

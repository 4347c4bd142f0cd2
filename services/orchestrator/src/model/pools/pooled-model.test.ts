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
  chunk,
  DONE,
  startFakeLlmServer,
  streams,
  textAnswer,
} from "../testing/fake-llm-server.ts";
import { startStrictServer } from "../testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "../testing/strict-server/strict-rules.ts";

const asking = turnRequest({ kind: "ask", text: "what closes the valve?" });
const soon = { withinMs: 10_000 };

/** The orchestrator before one strict server, which is tried again soon. */
async function before(rules: Partial<StrictRules> = {}, settings: object = {}) {
  const server = await startStrictServer(rules);
  const languageModel = { url: server.url, deadlines: { firstTokenMs: 10_000 }, ...settings };
  const harness = await createHarness({
    config: { languageModel },
    kiwi: { search: async () => SEARCH_RESULT },
    poolTiming: { reopenMs: 20, reopenMsMax: 40, aliveMs: 1_000 },
  });
  onTestFinished(() => harness.service.stop());
  return { server, ...harness };
}

test("a failure that may pass is asked about once more, and the turn goes on", async () => {
  const { server, run } = await before();
  await run(asking);
  const asked = server.turns().length;
  server.rules.fault = { kind: "refusing", status: 503, times: 1 };
  const events = await run(turnRequest({ kind: "ask", turnId: "t2" }));
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "base" } });
  expect(server.turns()).toHaveLength(asked + 2);
});

test("an answer that the server ended before its first word is asked for again", async () => {
  const server = await startFakeLlmServer(
    streams(chunk({ role: "assistant" }) + chunk({}, "abort") + DONE),
    streams(textAnswer("Turn it.")),
  );
  onTestFinished(() => server.close());
  const { run } = await createHarness({ config: { languageModel: { url: server.url } } });
  expect(textOf(await run(asking))).toBe("Turn it.");
  expect(server.requests).toHaveLength(2);
});

// Fails when `isWorthAnother` does not ask the budget, and the breaker's count is raised.
test("a hundred turns against a server that is busy cost it at most 120 requests", async () => {
  const { server, run } = await before({ fault: { kind: "refusing", status: 503 } });
  const turns = Array.from({ length: 100 }, async (_, index) => {
    const events = await run(
      turnRequest({
        kind: "ask",
        tenant: testTenant(`tenant${index % 2}`),
        sessionId: `s${index}`,
        turnId: `t${index}`,
      }),
    );
    return endOf(events);
  });
  for (const end of await Promise.all(turns)) {
    expect(end).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
  }
  expect(server.turns().length).toBeLessThanOrEqual(120);
});

// Mutant: `isWorthAnother` that answers true without asking the budget.
test("a server that refuses every other turn, too rarely to be left out, is asked again at most a tenth of the times and five", async () => {
  const { server, run } = await before();
  for (let index = 0; index < 24; index += 1) {
    if (index % 2 === 0) server.rules.fault = { kind: "refusing", status: 503, times: 1 };
    const one = { text: `question ${index}`, sessionId: `s${index}`, turnId: `t${index}` };
    expect(endOf(await run(turnRequest({ kind: "ask", ...one })))?.outcome).toBe("completed");
  }
  // A turn that the built-in model began is gone on with by the server: no retry, and other messages.
  const asked = server.turns().map(({ body }) => JSON.stringify(body["messages"]));
  const retries = asked.length - new Set(asked).size;
  expect(retries).toBeGreaterThan(0);
  expect(retries).toBeLessThanOrEqual(5 + asked.length / 10);
});

test("a server that asks to be left alone for a while is", async () => {
  const { server, run } = await before();
  await run(asking);
  const asked = server.turns().length;
  server.rules.fault = { kind: "refusing", status: 429, retryAfterSeconds: 0.2, times: 1 };
  const running = run(turnRequest({ kind: "ask", turnId: "t2" }));
  expect(endOf(await running)).toMatchObject({ usage: { model: "base" } });
  const [first, second] = server.turns().slice(asked);
  expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(190);
});

test("one that wants to be left alone for longer than a turn waits is not asked, and the turn ends at once", async () => {
  const { server, run } = await before({
    fault: { kind: "refusing", status: 429, retryAfterSeconds: 30 },
  });
  await run(asking);
  const events = await run(turnRequest({ kind: "ask", turnId: "t2" }));
  expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
  expect(server.turns()).toHaveLength(1);
});

test.each(["stopped", "engine-stopped", "silent"] as const)(
  "a server that is %s costs one turn its deadline and no other, is named, and is used again once it is back",
  async (kind) => {
    const { server, run, service } = await before({}, { deadlines: { firstTokenMs: 1_500 } });
    await run(asking);
    const asked = server.turns().length;
    server.rules.fault = { kind };
    const events = await run(turnRequest({ kind: "ask", turnId: "t2" }));
    expect(endOf(events)).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
    expect(textOf(events)).toMatch(/does not answer just now/);
    expect(service.unready()).toEqual([]);
    expect(service.degraded?.()).toEqual(["main: silent"]);
    expect(service.dependencies?.()["language-model"]).toBe("main: silent");
    for (const turnId of ["t3", "t4", "t5"]) await run(turnRequest({ kind: "ask", turnId }));
    expect(server.turns().length - asked).toBeLessThanOrEqual(1);
    server.rules.fault = undefined;
    await eventually(() => service.degraded?.().length === 0, soon);
    const back = await run(turnRequest({ kind: "ask", turnId: "t6" }));
    expect(endOf(back)).toMatchObject({ usage: { model: "base" } });
  },
);

test("while no model answers, what the router is sure of runs, and what it doubts and only reads does, too", async () => {
  const { server, run } = await before();
  await server.close();
  for (const [sure, turnId] of [
    [0.95, "t1"],
    [0.7, "t2"],
  ] as const) {
    const request = turnRequest({ turnId }, { prediction: prediction(candidate(SEARCH, sure)) });
    const events = await run(request);
    expect(events.find(({ type }) => type === "call-end")).toMatchObject({ ok: true });
    expect(textOf(events)).toContain("send_email");
    expect(endOf(events).outcome).toBe("completed");
  }
});

test("what is wrong with the settings is said, and not answered around", async () => {
  const { run } = await before({ key: "k1" });
  expect(endOf(await run(asking))).toMatchObject({
    outcome: "failed",
    error: { code: "llm_rejected", message: expect.stringContaining("LILUX_LLM_API_KEY") },
  });
});

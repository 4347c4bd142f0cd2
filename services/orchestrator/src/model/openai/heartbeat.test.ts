import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createHarness, endOf } from "../../testing/harness.ts";
import { turnRequest } from "../../testing/samples.ts";
import { startStrictServer } from "../testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "../testing/strict-server/strict-rules.ts";

const within = { withinMs: 20_000 };

/** The orchestrator before one server whose steps are looked at often. */
async function before(rules: Partial<StrictRules> = {}, aliveMs = 2_000) {
  const server = await startStrictServer(rules);
  const harness = await createHarness({
    config: { languageModel: { url: server.url, deadlines: { firstTokenMs: 60_000 } } },
    poolTiming: { heartbeatMs: 30, aliveMs, reopenMs: 30, reopenMsMax: 60 },
  });
  onTestFinished(() => harness.service.stop());
  await harness.run(turnRequest({ kind: "ask", turnId: "first" }));
  return { server, ...harness };
}

// Fails when `isFrozen` asks /health, or the watch never asks.
test("an engine that makes no step while a request waits is named long before the request's deadline, and again used once it goes on", async () => {
  const { server, run, service } = await before();
  server.rules.fault = { kind: "engine-stopped" };
  const cancelled = new AbortController();
  const waiting = run(turnRequest({ kind: "ask", turnId: "t1" }), { signal: cancelled.signal });
  await eventually(() => service.degraded?.()[0] === "main: silent", within);
  const next = endOf(await run(turnRequest({ kind: "ask", turnId: "t2" })));
  expect(next).toMatchObject({ outcome: "completed", usage: { model: "built-in" } });
  server.rules.fault = undefined;
  await eventually(() => service.degraded?.().length === 0, within);
  const back = endOf(await run(turnRequest({ kind: "ask", turnId: "t3" })));
  expect(back).toMatchObject({ usage: { model: "base" } });
  cancelled.abort();
  await waiting;
});

test("a server that stops answering is named while nobody asks anything", async () => {
  const { server, service } = await before();
  server.rules.fault = { kind: "stopped" };
  await eventually(() => service.degraded?.()[0] === "main: silent", within);
});

test("an engine that only takes long for one request is no suspect while it makes steps for others", async () => {
  // Who is looked at for being slow answers in the end, however busy this machine is.
  const { server, run, service } = await before({ isVllm: true }, 60_000);
  server.rules.fault = { kind: "slow", ms: 60 };
  for (const turnId of ["t1", "t2", "t3"]) {
    const { usage } = endOf(await run(turnRequest({ kind: "ask", turnId })));
    expect(usage?.model).toBe("base");
    expect(service.degraded?.()).toEqual([]);
  }
});

test.each([
  ["a server without tool calls", { parsesCalls: false }, /takes none/],
  ["a key that is refused", { key: "k1" }, /LILUX_LLM_API_KEY/],
  ["several models and none chosen", { models: ["a", "b"] }, /serves several: a, b/],
] as const)("readiness names %s", async (_, rules, reason) => {
  const { service } = await before(rules);
  expect(service.unready()).toEqual([]);
  await eventually(() => service.degraded?.().some((line) => reason.test(line)) === true, within);
});

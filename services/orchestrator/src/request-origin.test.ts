import { testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import type { PoolSettings } from "./model/pools/pool-settings.ts";
import { startStrictServer } from "./model/testing/strict-server/start-strict-server.ts";
import type { StrictRules } from "./model/testing/strict-server/strict-rules.ts";
import { createHarness, endOf } from "./testing/harness.ts";
import { candidate, prediction, SEARCH, SEARCH_RESULT, turnRequest } from "./testing/samples.ts";

async function before(settings: Partial<PoolSettings>, rules: Partial<StrictRules> = {}) {
  const server = await startStrictServer(rules);
  const { run, service } = await createHarness({
    config: { pools: [{ name: "one", url: server.url, ...settings }] },
    kiwi: { search: async () => SEARCH_RESULT },
  });
  onTestFinished(() => service.stop());
  const ask = (tenant: string, turnId: string) =>
    run(turnRequest({ kind: "ask", tenant: testTenant(tenant), turnId }), {
      traceparent: "00-11111111111111111111111111111111-2222222222222222-01",
    });
  return { server, run, ask };
}

test("a server's request is of the turn's trace and session, and neither names a person's session", async () => {
  const { server, ask } = await before({});
  await ask("acme", "t1");
  await ask("acme", "t2");
  await ask("other", "t3");
  const headers = server.turns().map((turn) => turn.headers);
  for (const { traceparent } of headers) {
    expect(traceparent).toMatch(/^00-11111111111111111111111111111111-[0-9a-f]{16}-01$/);
  }
  const [first, second, third] = headers.map((all) => all["x-session-id"]);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect(third).not.toBe(first);
});

test("a cloud server learns neither", async () => {
  const { server, ask } = await before({ tier: "cloud" });
  await ask("acme", "t1");
  expect(server.turns()[0]?.headers).not.toHaveProperty("traceparent");
  expect(server.turns()[0]?.headers).not.toHaveProperty("x-session-id");
});

test("where the server's settings want it, a doubtful call comes before an answer, and an explanation last", async () => {
  const { server, run, ask } = await before({ priorities: true });
  await ask("acme", "t1");
  const doubted = prediction(candidate(SEARCH, 0.7));
  await run(turnRequest({ turnId: "t2" }, { prediction: doubted }));
  expect(server.turns().map(({ body }) => body["priority"])).toEqual([1, 0, 2]);
});

test("a server that has no priorities after all is asked without, and answers", async () => {
  const { server, ask } = await before({ priorities: true }, { priorities: false });
  for (const turnId of ["t1", "t2"]) {
    expect(endOf(await ask("acme", turnId))).toMatchObject({ usage: { model: "base" } });
  }
  expect(server.turns().map(({ status }) => status)).toEqual([400, 200, 200]);
});

test("what a server has cached of one tenant's prompt, another tenant's does not find, where that is wanted", async () => {
  const { server, ask } = await before({ cacheSalts: true, apiKey: "k1" }, { key: "k1" });
  for (const [tenant, turnId] of [
    ["acme", "t1"],
    ["other", "t2"],
    ["acme", "t3"],
  ] as const) {
    await ask(tenant, turnId);
  }
  const [first, second, third] = server.turns();
  expect(first?.body["cache_salt"]).toBe(third?.body["cache_salt"]);
  expect(first?.body["cache_salt"]).not.toContain("acme");
  expect([first, second].map((turn) => turn?.written?.cachedTokens)).toEqual([0, 0]);
  expect(third?.written?.cachedTokens).toBeGreaterThan(0);
});

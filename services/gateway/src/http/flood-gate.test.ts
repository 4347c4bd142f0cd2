import { once } from "node:events";
import { createServer } from "node:http";
import { createManualClock, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createTenants } from "../admit/tenants.ts";
import { DEFAULT_LIMITS } from "../config.ts";
import { createFloodGate } from "./flood-gate.ts";

/** A server that lets everything through, behind the gate; what came through is counted. */
async function setUp() {
  const clock = createManualClock();
  const noted: unknown[] = [];
  const tenants = createTenants({ ...DEFAULT_LIMITS, tenantRequestsPerSecond: 1 }, clock.monotonic);
  const gate = createFloodGate({
    refusals: { note: ({ code }, where) => void noted.push({ code, ...where }) },
    monotonic: clock.monotonic,
  });
  const passed: string[] = [];
  const server = createServer((request, response) => {
    passed.push(`${request.headers.authorization} ${request.url}`);
    response.end("{}");
  });
  gate.guard(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const ask = (path: string, key = "noisy", headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      method: "POST",
      body: "{}",
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
  /** As the door does it that refused one in full. */
  const refuse = (): void => {
    const account = tenants.of(testTenant("noisy"));
    while (account.wouldRefuse(0) === undefined) account.request(0);
    gate.note({ authorization: "Bearer noisy" }, { account, tenant: testTenant("noisy") });
  };
  return { clock, noted, passed, ask, refuse, forget: gate.forget };
}

// Mutants: `refusalOf` that answers nothing; a key of the tenant rather than of the credential; no `account.wouldRefuse`.
test("who was refused a moment ago is refused before its request is looked at, and nobody else is", async () => {
  const { clock, noted, passed, ask, refuse } = await setUp();
  refuse();
  const refused = await ask("/v1/predict");
  expect(refused.status).toBe(429);
  expect(await refused.json()).toMatchObject({
    code: "rate_limited",
    details: { limit: "requests" },
  });
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(refused.headers.get("ratelimit")).toMatch(/^"requests";r=0;/);
  const asOpenAi = await ask("/v1/chat/completions");
  expect([asOpenAi.status, asOpenAi.headers.get("x-should-retry")]).toEqual([429, "true"]);
  expect(await asOpenAi.json()).toMatchObject({ error: { code: "rate_limit_exceeded" } });
  expect(passed).toEqual([]);
  expect(noted).toEqual([
    { code: "rate_limited", door: "rest", tenant: "noisy" },
    { code: "rate_limited", door: "openai", tenant: "noisy" },
  ]);
  for (const path of ["/health/live", "/mcp"]) await ask(path);
  await ask("/v1/predict", "quiet");
  // A page needs to be told that it may read why.
  await ask("/v1/predict", "noisy", { origin: "https://app.example" });
  expect(passed).toHaveLength(4);
  // There is room again.
  clock.advance(999);
  await ask("/v1/predict");
  expect(passed).toHaveLength(4);
  clock.advance(1);
  await ask("/v1/predict");
  expect(passed).toHaveLength(5);
});

// Mutant: `forget` that does nothing; the gateway's tests of limits then fail, too.
test("what was refused before a change of limits is looked at anew after it", async () => {
  const { passed, ask, refuse, forget } = await setUp();
  refuse();
  expect((await ask("/v1/predict")).status).toBe(429);
  forget();
  await ask("/v1/predict");
  expect(passed).toHaveLength(1);
});

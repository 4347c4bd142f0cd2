import { createTenantStore } from "@lilux/database";
import { DEFAULT_THRESHOLDS, STRICT_THRESHOLDS } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import {
  ask,
  bearer,
  newKey,
  newTenant,
  OPERATOR,
  OPERATOR_KEYS,
} from "./testing/records-client.ts";
import { completes } from "./testing/scripted-turns.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import type { TestGateway, TestGatewayOptions } from "./testing/start-gateway.ts";

const SOON = { withinMs: 60_000 };
const database = sharedTenantDatabase();

function start(options: TestGatewayOptions = {}) {
  return startForTest({
    tenantDatabase: database(),
    route: (request) => predictionOf(request, [searchFor(request.text, 0.65)]),
    ...options,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
  });
}

const change = (gateway: TestGateway, tenant: string, body: object) =>
  ask(gateway, OPERATOR, ["PATCH", `/v1/admin/tenants/${tenant}`, body]);

// Mutants: `bound` notes nothing; a preset that keeps the gateway's bar of showing.
test("a tenant's thresholds count for a socket that is open, within a look, and for no other tenant", async () => {
  const gateway = await start();
  const [strict, other] = [await newTenant(gateway), await newTenant(gateway)];
  const sessions = await Promise.all(
    [strict, other].map(async (tenant) => {
      const { key } = await newKey(gateway, tenant, ["predict"]);
      return openSession({ port: gateway.port, headers: bearer(key) });
    }),
  );
  let seq = 0;
  /** Typed again until it is so: a busy machine may answer a keystroke late, and then shows nothing. */
  const showsSoon = (place: number, candidates: number) =>
    eventually(async () => {
      const session = sessions[place];
      if (session === undefined) throw new Error("no session");
      seq += 1;
      session.send({ type: "keystroke", seq, text: `look ${seq}` });
      expect((await session.next("prediction")).candidates).toHaveLength(candidates);
    }, SOON);
  await showsSoon(0, 1);
  expect((await change(gateway, strict, { settings: { thresholds: "strict" } })).status).toBe(200);
  await showsSoon(0, 0);
  await showsSoon(1, 1);
  const { key } = await newKey(gateway, strict, ["predict"]);
  const next = await openSession({ port: gateway.port, headers: bearer(key) });
  expect(next.start.thresholds).toEqual(STRICT_THRESHOLDS);
  await change(gateway, strict, { settings: { thresholds: "standard" } });
  await eventually(async () => {
    const again = await openSession({ port: gateway.port, headers: bearer(key) });
    expect(again.start.thresholds).toEqual(DEFAULT_THRESHOLDS);
  }, SOON);
});

// Mutant: the speculator does not ask.
test("where a tenant switched reading ahead off nothing is read for a line that nobody sent", async () => {
  const read: string[] = [];
  const gateway = await start({
    route: (request) => predictionOf(request, [searchFor(request.text)]),
    kiwi: {
      async search({ tenant }) {
        read.push(tenant);
        return { results: [], total: 0 } as never;
      },
    },
  });
  const off = await newTenant(gateway, { settings: { speculation: "off" } });
  const on = await newTenant(gateway, { settings: { speculation: "on" } });
  for (const tenant of [off, on]) {
    const { key } = await newKey(gateway, tenant, ["predict", "read"]);
    const session = await openSession({ port: gateway.port, headers: bearer(key) });
    session.send({ type: "keystroke", seq: 1, text: "look" });
    await session.next("prediction");
  }
  await eventually(() => expect(read).toContain(on), SOON);
  expect(read).not.toContain(off);
});

// Mutant: `usedOf` without the tokens that were written.
test("a tenant that has used its month's tokens takes no turn until the next, and is told when that is", async () => {
  const gateway = await start({ runTurn: completes });
  const tenant = await newTenant(gateway, { limits: { tokensPerMonth: 100 } });
  const { key } = await newKey(gateway, tenant, ["run"]);
  const turn = ["POST", "/v1/turns", { text: "hello" }] as const;
  const store = createTenantStore(database(), { deadlineMs: 30_000 });
  const spent = { tenant, sessionId: "s", person: "p", at: Date.now(), calls: 0 };
  await store.countTurn({ ...spent, turnId: "t", promptTokens: 60, completionTokens: 40 });
  expect(await ask(gateway, key, turn)).toMatchObject({
    status: 429,
    body: { code: "budget_exhausted", details: { limit: "tokensPerMonth", max: 100 } },
  });
  await change(gateway, tenant, { limits: { tokensPerMonth: 101 } });
  const answer = await fetch(`${gateway.http}/v1/turns`, {
    method: "POST",
    headers: { ...bearer(key), "content-type": "application/json" },
    body: JSON.stringify(turn[2]),
  });
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain("turn-end");
});

test("a setting that is none, or of another value, is refused by its name and changes nothing", async () => {
  const gateway = await start();
  const tenant = await newTenant(gateway, { settings: { speculation: "off" } });
  for (const [settings, field] of [
    [{ speculation: "maybe" }, "speculation"],
    [{ thresholds: 0.5 }, "thresholds"],
    [{ thresholds: "strict", speculatoin: "on" }, "speculatoin"],
    [{ approvals: { destructive: "nobody" } }, "destructive"],
    [{ retention: 30 }, "retention"],
  ] as const) {
    const refused = await change(gateway, tenant, { settings });
    expect(refused).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(JSON.stringify(refused.body)).toContain(field);
  }
  const shown = await ask(gateway, OPERATOR, ["GET", `/v1/admin/tenants/${tenant}`]);
  expect(shown.body["settings"]).toEqual({ speculation: "off" });
});

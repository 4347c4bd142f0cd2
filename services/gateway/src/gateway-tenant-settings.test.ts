import { subjects } from "@lilux/bus";
import { createTenantStore } from "@lilux/database";
import { DEFAULT_THRESHOLDS, STRICT_THRESHOLDS } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
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
  const spent = {
    tenant: testTenant(tenant),
    sessionId: "s",
    person: "p",
    at: Date.now(),
    calls: 0,
  };
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
    [{ retention: { days: 0 } }, "days"],
    [{ retention: { days: 1.5 } }, "days"],
    [{ consent: "some" }, "consent"],
    [{ scriptPackages: ["requests @ https://example.com"] }, "scriptPackages"],
    [{ scriptHosts: ["10.0.0.1"] }, "scriptHosts"],
    [{ scriptHosts: ["https://example.com"] }, "scriptHosts"],
    [{ scriptHosts: "example.com" }, "scriptHosts"],
    [{ modelPool: "" }, "modelPool"],
    [{ adapter: 7 }, "adapter"],
  ] as const) {
    const path = `/v1/admin/tenants/${tenant}`;
    for (const asked of [
      ["PATCH", path, { settings }],
      ["PATCH", `${path}/settings`, settings],
    ] as const) {
      const refused = await ask(gateway, OPERATOR, asked);
      expect(refused).toMatchObject({ status: 400, body: { code: "invalid_request" } });
      expect(JSON.stringify(refused.body)).toContain(field);
    }
  }
  const shown = await ask(gateway, OPERATOR, ["GET", `/v1/admin/tenants/${tenant}`]);
  expect(shown.body["settings"]).toEqual({ speculation: "off" });
});

const setSome = (gateway: TestGateway, key: string, [tenant, body]: readonly [string, object]) =>
  ask(gateway, key, ["PATCH", `/v1/admin/tenants/${tenant}/settings`, body]);

// Mutants: a change that takes the place of all; null that is stored.
test("some settings are changed without the others, at once by two admins, and taken back one by one", async () => {
  const gateway = await start();
  const tenant = await newTenant(gateway, { settings: { speculation: "off" } });
  const { key } = await newKey(gateway, tenant, ["admin"]);
  const changes = [{ thresholds: "strict" }, { scriptHosts: ["api.example.com"] }];
  await Promise.all(changes.map((change) => setSome(gateway, key, [tenant, change])));
  const back = { speculation: null, thresholds: "standard" };
  expect((await setSome(gateway, key, [tenant, back])).body["settings"]).toEqual({
    thresholds: "standard",
    scriptHosts: ["api.example.com"],
  });
  expect((await setSome(gateway, key, [tenant, {}])).status).toBe(400);
});

// Mutants: `bound` without `settings`; a claim of the file's keys; a turn without them.
test("what others than the gateway keep to travels with each call and each turn of the tenant", async () => {
  const seen: unknown[] = [];
  const gateway = await start({
    listModels: async () => [{ id: "eu", pool: "eu" }],
    kiwi: {
      async search(_request, options) {
        seen.push(options?.mandate?.settings);
        return { results: [], total: 0 } as never;
      },
    },
    runTurn(request, options) {
      seen.push(options.mandate?.settings);
      return completes(request, options);
    },
  });
  const settings = { scriptPackages: ["requests"], scriptHosts: [], modelPool: "eu" };
  const tenant = await newTenant(gateway, { settings: { ...settings, consent: "none" } });
  const { key } = await newKey(gateway, tenant, ["read", "run"]);
  await ask(gateway, key, ["POST", "/v1/search", { item_type: "script", query: "x" }]);
  await fetch(`${gateway.http}/v1/turns`, {
    method: "POST",
    headers: { ...bearer(key), "content-type": "application/json" },
    body: JSON.stringify({ text: "hello" }),
  }).then((answer) => answer.text());
  expect(seen).toEqual([settings, settings]);
});

// Mutants: a check of names alone, whatever is offered; an adapter that a tenant's admin may name.
test("a pool or an adapter that no server has is refused with those there are, and an adapter is the operator's to name", async () => {
  const offered = [
    { id: "eu", pool: "eu" },
    { id: "base", pool: "eu" },
    { id: "spring", pool: "eu" },
    { id: "us", pool: "us" },
  ];
  const gateway = await start({ listModels: async () => offered });
  const tenant = await newTenant(gateway);
  const { key: admin } = await newKey(gateway, tenant, ["admin"]);
  expect(await setSome(gateway, admin, [tenant, { modelPool: "moon" }])).toMatchObject({
    status: 400,
    body: {
      code: "invalid_request",
      details: { field: "settings.modelPool", known: ["eu", "us"] },
    },
  });
  expect((await setSome(gateway, admin, [tenant, { modelPool: "eu" }])).status).toBe(200);
  expect(await setSome(gateway, admin, [tenant, { adapter: "spring" }])).toMatchObject({
    status: 403,
    body: { details: { field: "settings.adapter" } },
  });
  expect(await setSome(gateway, OPERATOR, [tenant, { adapter: "summer" }])).toMatchObject({
    status: 400,
    body: { details: { field: "settings.adapter", known: ["base", "spring"] } },
  });
  expect((await setSome(gateway, OPERATOR, [tenant, { adapter: "spring" }])).status).toBe(200);
  // Of a pool that lists nothing nobody can know; and what stays as it is is not asked about again.
  const unlisted = { modelPool: "us", adapter: "summer" };
  expect((await setSome(gateway, OPERATOR, [tenant, unlisted])).status).toBe(200);
  offered.length = 0;
  expect((await setSome(gateway, admin, [tenant, { speculation: "off" }])).status).toBe(200);
});

// Mutants: a journal that is not told; a consent of the settings that `PUT /v1/flywheel/consent` leaves behind.
test("a consent that is lowered counts for the next turn, and is the same wherever it is said", async () => {
  const gateway = await start({ runTurn: completes });
  const told: unknown[] = [];
  gateway.bus.respond(subjects.ofAllTenants("flywheel"), async ({ body }) => {
    told.push(body);
    return { turns: 0, staleDatasets: 0 };
  });
  const tenant = await newTenant(gateway, { settings: { consent: "full" } });
  const { key } = await newKey(gateway, tenant, ["run", "admin"]);
  const consents = async () => {
    const options = { messagesMax: 10, deadlineMs: 60_000 };
    const kept = await gateway.bus.read(
      "INTERACTIONS",
      subjects.interaction(testTenant(tenant)),
      options,
    );
    return kept.map(({ body }) => (body as { consent?: string }).consent);
  };
  const turn = async (text: string) => {
    const before = (await consents()).length;
    await fetch(`${gateway.http}/v1/turns`, {
      method: "POST",
      headers: { ...bearer(key), "content-type": "application/json" },
      body: JSON.stringify({ text }),
    }).then((answer) => answer.text());
    await eventually(async () => (await consents()).length === before + 1, SOON);
  };
  await turn("one");
  expect((await setSome(gateway, key, [tenant, { consent: "metrics" }])).status).toBe(200);
  await turn("two");
  const put = ["PUT", "/v1/flywheel/consent", { level: "none" }] as const;
  expect((await ask(gateway, key, put)).status).toBe(200);
  await turn("three");
  expect(await consents()).toEqual(["full", "metrics", "none"]);
  const shown = await ask(gateway, key, ["GET", `/v1/admin/tenants/${tenant}`]);
  expect(shown.body["settings"]).toEqual({ consent: "none" });
  await eventually(() => expect(told).toContainEqual({ do: "consent", level: "metrics" }), SOON);
});

import { subjects } from "@lilux/bus";
import { createTenantStore } from "@lilux/database";
import type { AuditRecord } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { startIdentityProvider } from "@lilux/testkit/companies";
import { expect, onTestFinished, test } from "vitest";
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
import { openSession, openSocket } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import type { TestGatewayOptions } from "./testing/start-gateway.ts";

const SOON = { withinMs: 60_000 };
const PREDICT = ["POST", "/v1/predict", { text: "look" }] as const;
const database = sharedTenantDatabase();

function start(options: TestGatewayOptions = {}) {
  return startForTest({
    tenantDatabase: database(),
    route: (request) => predictionOf(request, [searchFor("look")]),
    ...options,
    config: {
      operatorKeys: OPERATOR_KEYS,
      tenantsDatabaseUrl: "pglite:memory",
      ...options.config,
    },
  });
}

test("a key that an operator made opens what its scopes say, without a restart, and nothing else", async () => {
  const gateway = await start({
    kiwi: { listItems: async () => ({ version: "1", items: [], broken: [] }) },
  });
  const tenant = await newTenant(gateway);
  const { key, record } = await newKey(gateway, tenant, ["predict"]);
  expect(key).toMatch(/^lx_[A-Za-z0-9]{12}_/);
  expect((await ask(gateway, key, PREDICT)).status).toBe(200);
  expect(await ask(gateway, key, ["GET", "/v1/items"])).toMatchObject({
    status: 403,
    body: { code: "forbidden", details: { needs: "read" } },
  });
  const reader = await newKey(gateway, tenant, ["read"]);
  expect((await ask(gateway, reader.key, ["GET", "/v1/items"])).status).toBe(200);
  expect((await ask(gateway, reader.key, PREDICT)).status).toBe(403);
  const listed = await ask(gateway, OPERATOR, ["GET", `/v1/admin/tenants/${tenant}/keys`]);
  expect(JSON.stringify(listed.body)).toContain(record.keyId);
  expect(JSON.stringify(listed.body)).not.toContain(key.slice(16));
});

test("the operator administers tenants and is in none, and a wrong secret of a right name opens nothing", async () => {
  const gateway = await start();
  const tenant = await newTenant(gateway);
  const { key } = await newKey(gateway, tenant, ["predict"]);
  expect((await ask(gateway, OPERATOR, PREDICT)).status).toBe(403);
  const wrong = `${key.slice(0, -4)}AAAA`;
  expect(await ask(gateway, wrong, PREDICT)).toMatchObject({ status: 401 });
  expect(await ask(gateway, "lx_nothing", PREDICT)).toMatchObject({ status: 401 });
  const path = `/v1/admin/tenants/${tenant}`;
  expect(await ask(gateway, key, ["GET", path])).toMatchObject({ status: 403 });
  const admin = await newKey(gateway, tenant, ["admin"]);
  expect(await ask(gateway, admin.key, ["GET", path])).toMatchObject({ status: 200 });
  // One's own tenant's alone, and what is the operator's stays that.
  const others = `/v1/admin/tenants/${await newTenant(gateway)}`;
  const nobodys = "/v1/admin/tenants/nobody-of-that-name";
  const seen = await Promise.all(
    [others, nobodys].map((of) => ask(gateway, admin.key, ["GET", of])),
  );
  expect(seen[0]).toEqual(seen[1]);
  expect(seen[0]).toMatchObject({ status: 403 });
  const raised = { limits: { turnsAtOnce: 1_000 } };
  expect(await ask(gateway, admin.key, ["PATCH", path, raised])).toMatchObject({ status: 403 });
});

// Mutants: `lookAgain` is never called; `held` keeps what was loaded before a change.
test("a revoked key opens nothing within seconds, at no gateway, and what it opened is closed", async () => {
  const one = await start();
  const two = await start({ bus: one.bus });
  const tenant = await newTenant(one);
  const { key, record } = await newKey(one, tenant, ["predict", "run"]);
  const other = await newKey(one, tenant, ["predict"]);
  const sockets = await Promise.all(
    [one, two].map(({ port }) => openSession({ port, headers: bearer(key) })),
  );
  const stays = await openSession({ port: two.port, headers: bearer(other.key) });
  expect((await ask(two, key, PREDICT)).status).toBe(200);
  const path = `/v1/admin/tenants/${tenant}/keys/${record.keyId}`;
  expect(await ask(one, OPERATOR, ["DELETE", path])).toMatchObject({ status: 200 });
  for (const { closed } of sockets) expect(await closed).toMatchObject({ code: 4401 });
  await eventually(async () => (await ask(two, key, PREDICT)).status === 401, SOON);
  expect((await ask(one, key, PREDICT)).status).toBe(401);
  stays.send({ type: "keystroke", seq: 1, text: "look" });
  await stays.next("prediction");
});

// Mutants: `bound` without its weight; `createLimitsOf` with the plan's limits last.
test("a tenant counts as its plan says, or as it has of its own, at the router and the tool core, whatever a client says of itself", async () => {
  const seen: (number | undefined)[] = [];
  const gateway = await start({
    config: { plans: { team: { weight: 4, turnsAtOnce: 2 } } },
    route(request) {
      seen.push(request.weight);
      return predictionOf(request, [searchFor("look")]);
    },
    kiwi: {
      async listItems(_request, options) {
        seen.push(options?.mandate?.weight);
        return { version: "1", items: [], broken: [] };
      },
    },
  });
  const tenant = await newTenant(gateway);
  const path = `/v1/admin/tenants/${tenant}`;
  const { key } = await newKey(gateway, tenant, ["predict", "read"]);
  const asks = async (): Promise<(number | undefined)[]> => {
    seen.length = 0;
    await ask(gateway, key, PREDICT);
    await ask(gateway, key, ["POST", "/v1/predict", { text: "look", weight: 100 }]);
    await ask(gateway, key, ["GET", "/v1/items"]);
    return [...new Set(seen)];
  };
  expect(await asks()).toEqual([undefined]);
  await ask(gateway, OPERATOR, ["PATCH", path, { plan: "team" }]);
  expect(await asks()).toEqual([4]);
  await ask(gateway, OPERATOR, ["PATCH", path, { limits: { weight: 7 } }]);
  expect(await asks()).toEqual([7]);
  const socket = await openSession({ port: gateway.port, headers: bearer(key) });
  seen.length = 0;
  socket.send({ type: "keystroke", seq: 1, text: "look" });
  await socket.next("prediction");
  expect(seen).toEqual([7]);
});

test("a suspended tenant is out over every door until it is let in again", async () => {
  const gateway = await start();
  const tenant = await newTenant(gateway);
  const { key } = await newKey(gateway, tenant, ["predict", "read", "run", "write"]);
  const socket = await openSession({ port: gateway.port, headers: bearer(key) });
  const path = `/v1/admin/tenants/${tenant}`;
  await ask(gateway, OPERATOR, ["PATCH", path, { state: "suspended" }]);
  expect(await socket.closed).toMatchObject({ code: 4403 });
  expect(await ask(gateway, key, PREDICT)).toMatchObject({ body: { code: "tenant_suspended" } });
  expect((await ask(gateway, key, ["POST", "/mcp", {}])).status).toBe(403);
  await expect(openSocket({ port: gateway.port, headers: bearer(key) })).rejects.toThrow(/403/);
  await ask(gateway, OPERATOR, ["PATCH", path, { state: "active" }]);
  expect((await ask(gateway, key, PREDICT)).status).toBe(200);
});

test("a key that was followed is good until the overlap ends, and an expired one is not", async () => {
  let now = Date.now();
  const gateway = await start({ clock: { unix: () => now } });
  const tenant = await newTenant(gateway);
  const first = await newKey(gateway, tenant, ["predict"]);
  const path = `/v1/admin/tenants/${tenant}/keys/${first.record.keyId}/rotate`;
  const made = await ask(gateway, OPERATOR, ["POST", path, { overlapMs: 60_000 }]);
  const next = String(made.body["key"]);
  expect((await ask(gateway, first.key, PREDICT)).status).toBe(200);
  expect((await ask(gateway, next, PREDICT)).status).toBe(200);
  const held = await openSession({ port: gateway.port, headers: bearer(first.key) });
  now += 60_001;
  expect((await ask(gateway, first.key, PREDICT)).status).toBe(401);
  expect((await ask(gateway, next, PREDICT)).status).toBe(200);
  expect(await held.closed).toMatchObject({ code: 4401 });
});

// Mutants: `expiresAt: null` for what follows; `hasEnded` without its look at the end.
test("a key that follows one with an end ends, too, as long after as that one was made for; one that has ended is followed by none", async () => {
  let now = Date.now();
  const gateway = await start({ clock: { unix: () => now } });
  const tenant = await newTenant(gateway);
  const path = `/v1/admin/tenants/${tenant}/keys`;
  const ending = { name: "ends", scopes: ["predict"], expiresAt: now + 60_000 };
  const first = await ask(gateway, OPERATOR, ["POST", path, ending]);
  const follow = ({ body }: { body: Record<string, unknown> }) => {
    const { keyId } = body["record"] as { keyId: string };
    return ask(gateway, OPERATOR, ["POST", `${path}/${keyId}/rotate`, { overlapMs: 1_000 }]);
  };
  now += 40_000;
  const next = await follow(first);
  now += 40_000;
  expect((await ask(gateway, String(next.body["key"]), PREDICT)).status).toBe(200);
  now += 20_001;
  expect((await ask(gateway, String(next.body["key"]), PREDICT)).status).toBe(401);
  expect((await follow(next)).status).toBe(404);
});

test("a tenant's limits are those of its record, from the moment they are changed", async () => {
  const gateway = await start();
  const tenant = await newTenant(gateway, { limits: { requestsPerSecond: 1 } });
  const { key } = await newKey(gateway, tenant, ["predict"]);
  // A burst of two, and one a second: far fewer than come at once, however busy the machine is.
  const flood = Array.from({ length: 60 }, () => ask(gateway, key, PREDICT));
  expect((await Promise.all(flood)).map(({ status }) => status)).toContain(429);
  const path = `/v1/admin/tenants/${tenant}`;
  await ask(gateway, OPERATOR, ["PATCH", path, { limits: { requestsPerSecond: 1_000 } }]);
  for (let n = 0; n < 4; n += 1) expect((await ask(gateway, key, PREDICT)).status).toBe(200);
});

test("turns are counted to the turn, by person, and a month's budget ends with a time to come again", async () => {
  const gateway = await start({ runTurn: completes });
  const tenant = await newTenant(gateway, { limits: { turnsPerMonth: 3 } });
  const { key, record } = await newKey(gateway, tenant, ["predict", "run"]);
  const client = await openSession({ port: gateway.port, headers: bearer(key) });
  for (const turnId of ["t1", "t2", "t3"]) {
    client.send({ type: "submit", turnId, text: "look" });
    await client.next("turn-end", (end) => end.turnId === turnId);
  }
  client.send({ type: "submit", turnId: "t4", text: "look" });
  expect(await client.next("error")).toMatchObject({ code: "budget_exhausted", turnId: "t4" });
  const refused = await fetch(`${gateway.http}/v1/turns`, {
    method: "POST",
    headers: { ...bearer(key), "content-type": "application/json" },
    body: JSON.stringify({ text: "look" }),
  });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  await refused.body?.cancel();
  const path = `/v1/admin/tenants/${tenant}/usage`;
  await eventually(async () => {
    const { body } = await ask(gateway, OPERATOR, ["GET", path]);
    expect(body["usage"]).toMatchObject([{ person: `k_${record.keyId}`, turns: 3 }]);
    return true;
  }, SOON);
});

// Mutants: `takeRun` that names a run by its message; `costOfUse` left out of the route.
test("the time of scripts counts once a run, whichever door it came by, and what is taken has its price", async () => {
  const prices = { currency: "EUR", scriptSecond: 2, call: 1 };
  const gateway = await start({ config: { prices } });
  const tenant = await newTenant(gateway, { limits: { costPerMonth: 10 } });
  const run: AuditRecord = {
    auditId: "one-run",
    at: Date.now(),
    tenant,
    person: "p_1",
    call: "execute",
    item_type: "script",
    decision: "succeeded",
    scriptMs: 1_500,
  };
  const { scriptMs: _, ...decided } = run;
  const told = [decided, run, run, { ...run, auditId: "another", person: "p_2" }];
  for (const [number, record] of told.entries()) {
    await gateway.bus.append("AUDIT", subjects.audit(testTenant(tenant)), record, {
      id: `${tenant}-${number}`,
    });
  }
  const path = `/v1/admin/tenants/${tenant}/usage`;
  await eventually(async () => {
    const { body } = await ask(gateway, OPERATOR, ["GET", path]);
    expect(body).toMatchObject({
      currency: "EUR",
      usage: [
        { person: "p_1", scriptSeconds: 1.5, cost: 3 },
        { person: "p_2", scriptSeconds: 1.5, cost: 3 },
      ],
      budgets: [{ budget: "costPerMonth", max: 10 }],
    });
    return true;
  }, SOON);
});

// Mutants: `storage` left out of what a budget counts; bytes at the price of an hour.
test("what a tenant keeps is told by day with its price, and what it costs counts for the month", async () => {
  const prices = { currency: "EUR", gigabyteMonth: 720 };
  const gateway = await start({ config: { prices } });
  const tenant = await newTenant(gateway, {
    limits: { costPerMonth: 4, gigabyteHoursPerMonth: 100 },
  });
  const bytes = { items: 2_000_000_000, turns: 1_000_000_000 };
  const store = createTenantStore(database(), { deadlineMs: 60_000 });
  await store.countStorage({ tenant: testTenant(tenant), at: Date.now(), bytes });
  const path = `/v1/admin/tenants/${tenant}/usage`;
  const { body } = await ask(gateway, OPERATOR, ["GET", path]);
  expect(body).toMatchObject({
    usage: [],
    storage: [{ measures: 1, bytes, byteHours: 3e9, cost: 3 }],
    budgets: [
      { budget: "gigabyteHoursPerMonth", used: 3, state: "open" },
      { budget: "costPerMonth", used: 3, state: "open" },
    ],
  });
});

test("a person signs in with a token of their company, under the key it signs with now or before", async () => {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const gateway = await start();
  const tenant = await newTenant(gateway);
  const { issuer, jwksUrl } = provider;
  const signIn = { issuer, audience: "lilux", jwksUrl, roleClaim: "role" };
  await ask(gateway, OPERATOR, ["PATCH", `/v1/admin/tenants/${tenant}`, { signIn }]);
  const ada = await provider.token({ sub: "ada", name: "Ada", role: "member" });
  await provider.rotate();
  const bob = await provider.token({ sub: "bob", role: "viewer" });
  for (const token of [ada, bob]) expect((await ask(gateway, token, PREDICT)).status).toBe(200);
  expect((await ask(gateway, bob, ["POST", "/v1/turns", { text: "look" }])).status).toBe(403);
  const people = `/v1/admin/tenants/${tenant}/people`;
  const person = await eventually(async () => {
    const { body } = await ask(gateway, OPERATOR, ["GET", people]);
    const found = body["people"] as { person: string; name: string; role: string }[];
    const adas = found.find(({ name }) => name === "Ada");
    expect(adas).toMatchObject({ role: "member" });
    return adas?.person ?? "";
  }, SOON);
  const strangers = [
    await provider.token({ sub: "ada" }, { audience: "another" }),
    await provider.token({ sub: "ada" }, { expiresAt: Date.now() - 3_600_000 }),
    `${ada.slice(0, -6)}AAAAAA`,
    `${Buffer.from('{"alg":"none"}').toString("base64url")}.${ada.split(".")[1]}.AAAA`,
  ];
  for (const token of strangers) {
    expect(await ask(gateway, token, PREDICT)).toMatchObject({ status: 401 });
  }
  const socket = await openSession({ port: gateway.port, headers: bearer(ada) });
  await ask(gateway, OPERATOR, [
    "PUT",
    `${people}/${person}`,
    { role: "member", state: "suspended" },
  ]);
  expect(await socket.closed).toMatchObject({ code: 4403 });
  expect((await ask(gateway, ada, PREDICT)).status).toBe(403);
});

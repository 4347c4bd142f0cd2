import type { Database } from "@lilux/database";
import type { SecretsRequest } from "@lilux/protocol";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openTenantDatabase } from "./testing/open-tenant-database.ts";
import { ask, newKey, newTenant, OPERATOR, OPERATOR_KEYS } from "./testing/records-client.ts";
import { startGateway, type TestGateway } from "./testing/start-gateway.ts";

vi.setConfig({ testTimeout: 120_000 });

const VALUE = "a value of some length";
let database: Database;
let gateway: TestGateway;
const asked: { request: SecretsRequest; person: string | undefined }[] = [];

beforeAll(async () => {
  database = await openTenantDatabase();
  gateway = await startGateway({
    tenantDatabase: database,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
    kiwi: {
      async secrets(request, options) {
        asked.push({ request, person: options?.mandate?.person });
        const name = "name" in request ? request.name : "TOKEN";
        const record = { name, version: 1, createdAt: 1, changedAt: 1, changedBy: "ada" };
        return request.action === "rewrap"
          ? { secrets: [], rewrapped: 3 }
          : { secrets: request.action === "set" ? [record] : [] };
      },
    },
  });
}, 300_000);
afterAll(async () => {
  await gateway.stop();
  await database.close();
});

// Mutants: `THEIR_ADMINS` as `ADMINS`; the value in the record's detail.
test("a tenant's admin sets and removes its secrets, on record and without their values; nobody else does", async () => {
  const tenant = await newTenant(gateway);
  const path = `/v1/admin/tenants/${tenant}/secrets`;
  const { key } = await newKey(gateway, tenant, ["admin"]);
  const put = ["PUT", `${path}/TOKEN`, { value: VALUE }] as const;
  const set = await ask(gateway, key, put);
  expect(set).toMatchObject({ status: 200, body: { name: "TOKEN", version: 1 } });
  expect(asked.at(-1)).toMatchObject({ request: { tenant, action: "set", value: VALUE } });
  expect(asked.at(-1)?.person).toBeDefined();
  expect((await ask(gateway, key, ["DELETE", `${path}/TOKEN`])).status).toBe(200);
  const { body } = await ask(gateway, key, ["GET", `/v1/admin/tenants/${tenant}/records`]);
  const told = JSON.stringify([set, body]);
  expect(told).toContain("secret-set");
  expect(told).toContain("secret-removed");
  expect(told).not.toContain(VALUE);

  const before = asked.length;
  const rival = await newTenant(gateway);
  const { key: rivals } = await newKey(gateway, rival, ["admin"]);
  const { key: runner } = await newKey(gateway, tenant, ["read", "run", "write"]);
  for (const other of [rivals, runner, OPERATOR]) {
    expect((await ask(gateway, other, put)).status).toBe(403);
    expect((await ask(gateway, other, ["GET", path])).status).toBe(403);
  }
  expect((await ask(gateway, key, ["POST", "/v1/admin/secrets/rewrap"])).status).toBe(403);
  expect(asked.length).toBe(before);
  const rewrapped = await ask(gateway, OPERATOR, ["POST", "/v1/admin/secrets/rewrap"]);
  expect(rewrapped).toMatchObject({ status: 200, body: { rewrapped: 3 } });
});

test("what cannot be a secret is refused without being repeated", async () => {
  const tenant = await newTenant(gateway);
  const { key } = await newKey(gateway, tenant, ["admin"]);
  for (const [name, value] of [
    ["TOKEN", "short"],
    ["TOKEN", 4_711_081_512],
    ["A-B", VALUE],
    ["TOKEN", "x".repeat(20_000)],
  ]) {
    const path = `/v1/admin/tenants/${tenant}/secrets/${name}`;
    const answer = await ask(gateway, key, ["PUT", path, { value }]);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(JSON.stringify(answer)).not.toContain(String(value));
  }
});

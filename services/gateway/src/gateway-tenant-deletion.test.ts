import { answerDeletions, createInProcessBus, type Subscription, subjects } from "@lilux/bus";
import { createFlywheelStore, createTenantStore } from "@lilux/database";
import { DELETION_PARTS, type DeletionPart } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { createStoredFlywheel, type StoredFlywheel } from "./deletion/stored-flywheel.ts";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import {
  ask,
  bearer,
  newKey,
  newTenant,
  OPERATOR,
  OPERATOR_KEYS,
} from "./testing/records-client.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

const SOON = { withinMs: 60_000 };
const database = sharedTenantDatabase();

/** A part that holds two things of every tenant until it is asked to delete them. */
function holder(bus: ReturnType<typeof createInProcessBus>, part: DeletionPart): Subscription {
  const gone = new Set<string>();
  return answerDeletions(bus, part, {
    kept: async (tenant) =>
      gone.has(tenant) ? [] : [{ what: `something of ${part}`, why: "It lies elsewhere." }],
    async delete(tenant) {
      const removed = gone.has(tenant) ? 0 : 2;
      gone.add(tenant);
      return { [`things of ${part}`]: removed };
    },
    measure: async () => ({}),
  });
}

function start(bus = createInProcessBus(), storedFlywheel?: StoredFlywheel) {
  return startForTest({
    bus,
    ...(storedFlywheel && { storedFlywheel }),
    tenantDatabase: database(),
    route: (request) => predictionOf(request, [searchFor("look")]),
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
    limits: { deletionSettleMs: 20 },
  });
}

// Mutants: `removed` of one pass only; streams purged before the parts have let go; no second pass.
test("a tenant is deleted from every part, its socket closes, its key opens nothing, and another's goes on", async () => {
  const bus = createInProcessBus();
  const parts = DELETION_PARTS.map((part) => holder(bus, part));
  onTestFinished(async () => void (await Promise.all(parts.map((part) => part.close()))));
  const gateway = await start(bus);
  const tenant = await newTenant(gateway);
  const other = await newTenant(gateway);
  const { key } = await newKey(gateway, tenant, ["predict", "run", "admin"]);
  const others = await newKey(gateway, other, ["predict"]);
  const socket = await openSession({ port: gateway.port, headers: bearer(key) });
  for (const one of [tenant, other]) {
    await bus.append(
      "INTERACTIONS",
      subjects.interaction(testTenant(one)),
      { is: one },
      { id: one },
    );
  }
  const path = `/v1/admin/tenants/${tenant}`;

  // Only the operator may, and only who says the name again.
  const confirm = { confirm: tenant };
  expect((await ask(gateway, key, ["DELETE", path, confirm])).status).toBe(403);
  for (const body of [{ confirm: other }, { confirm: `${tenant} ` }, { confirm: "" }]) {
    expect(await ask(gateway, OPERATOR, ["DELETE", path, body])).toMatchObject({ status: 400 });
  }
  const nobody = ["DELETE", "/v1/admin/tenants/nobody", { confirm: "nobody" }] as const;
  expect((await ask(gateway, OPERATOR, nobody)).status).toBe(404);
  expect((await ask(gateway, OPERATOR, ["GET", `${path}/deletion`])).status).toBe(404);

  const begun = await ask(gateway, OPERATOR, ["DELETE", path, confirm]);
  expect(begun).toMatchObject({ status: 202, body: { tenant, begunBy: "operator ada" } });
  expect(await ask(gateway, key, ["POST", "/v1/predict", { text: "look" }])).toMatchObject({
    status: 401,
  });
  expect(await socket.closed).toMatchObject({ code: 4401 });
  const report = () => ask(gateway, OPERATOR, ["GET", `${path}/deletion`]);
  await eventually(
    async () => expect((await report()).body).toMatchObject({ state: "deleted" }),
    SOON,
  );
  expect((await report()).body).toMatchObject({
    removed: {
      ...Object.fromEntries(DELETION_PARTS.map((part) => [`things of ${part}`, 2])),
      "messages of INTERACTIONS": 1,
      keys: 1,
    },
    kept: expect.arrayContaining([{ what: "something of kiwi", why: "It lies elsewhere." }]),
    unreached: [],
  });
  expect((await ask(gateway, OPERATOR, ["POST", "/v1/admin/tenants", { tenant }])).status).toBe(
    409,
  );
  const read = { messagesMax: 10, deadlineMs: 5_000 };
  expect(await bus.read("INTERACTIONS", subjects.interaction(testTenant(tenant)), read)).toEqual(
    [],
  );
  expect(
    await bus.read("INTERACTIONS", subjects.interaction(testTenant(other)), read),
  ).toHaveLength(1);
  expect((await ask(gateway, others.key, ["POST", "/v1/predict", { text: "look" }])).status).toBe(
    200,
  );
});

// Mutants: a part that does not answer is passed over; `without` asks it all the same.
test("a part that is away is told and waited for, also after a restart; one that is not there can be named", async () => {
  const bus = createInProcessBus();
  const there = DELETION_PARTS.filter((part) => part !== "flywheel");
  const parts = there.map((part) => holder(bus, part));
  onTestFinished(async () => void (await Promise.all(parts.map((part) => part.close()))));
  const first = await start(bus);
  const waiting = await newTenant(first);
  const lacking = await newTenant(first);
  const remove = (tenant: string, given: object = {}) =>
    ask(first, OPERATOR, ["DELETE", `/v1/admin/tenants/${tenant}`, { confirm: tenant, ...given }]);
  const store = createTenantStore(database(), { deadlineMs: 30_000 });
  await remove(waiting);
  await eventually(async () => {
    expect(await store.deletion(testTenant(waiting))).toMatchObject({
      state: "deleting",
      unreached: [{ part: "flywheel" }],
    });
  }, SOON);
  await remove(lacking, { without: ["flywheel"] });
  await eventually(async () => {
    expect(await store.deletion(testTenant(lacking))).toMatchObject({
      state: "deleted",
      unreached: [],
      without: ["flywheel"],
    });
  }, SOON);
  await first.stop();

  parts.push(holder(bus, "flywheel"));
  await start(bus);
  await eventually(async () => {
    expect(await store.deletion(testTenant(waiting))).toMatchObject({
      state: "deleted",
      removed: { "things of flywheel": 2, "things of kiwi": 2 },
      unreached: [],
    });
  }, SOON);
});

// Mutants: the stand-in is asked for a part that is no flywheel; `off` alone is taken for the work done;
// a flywheel that does answer is passed over.
test("where a server has no flywheel its tables are emptied all the same and the report says so; any other part is waited for", async () => {
  const bus = createInProcessBus();
  const there = DELETION_PARTS.filter((part) => part !== "flywheel" && part !== "orchestrator");
  const parts = there.map((part) => holder(bus, part));
  onTestFinished(async () => void (await Promise.all(parts.map((part) => part.close()))));
  const gateway = await start(
    bus,
    createStoredFlywheel(async () => database()),
  );
  const [first, second] = [await newTenant(gateway), await newTenant(gateway)];
  const kept = createFlywheelStore(database(), { deadlineMs: 30_000 });
  const consent = { level: "full", at: 1 } as const;
  for (const tenant of [first, second])
    await kept.setConsent({ tenant: testTenant(tenant), ...consent });
  const store = createTenantStore(database(), { deadlineMs: 30_000 });
  const remove = (tenant: string) =>
    ask(gateway, OPERATOR, ["DELETE", `/v1/admin/tenants/${tenant}`, { confirm: tenant }]);
  await remove(first);
  const how = expect.stringContaining("was deleted in the database");
  await eventually(async () => {
    expect(await store.deletion(testTenant(first))).toMatchObject({
      state: "deleting",
      removed: { consents: 1 },
      unreached: [{ part: "orchestrator" }],
      absent: [{ part: "flywheel", how }],
    });
  }, SOON);
  // One that is there does it itself, whatever the settings say.
  parts.push(holder(bus, "orchestrator"), holder(bus, "flywheel"));
  await remove(second);
  await eventually(async () => {
    expect(await store.deletion(testTenant(second))).toMatchObject({
      state: "deleted",
      removed: { "things of flywheel": 2 },
      absent: [],
      unreached: [],
    });
  }, SOON);
});

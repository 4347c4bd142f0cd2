import type { AdminRecord } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { startIdentityProvider } from "@lilux/testkit/companies";
import { expect, onTestFinished, test, vi } from "vitest";
import { ask, bearer, newTenant, OPERATOR, OPERATOR_KEYS } from "./testing/records-client.ts";
import { completes } from "./testing/scripted-turns.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";
import { openSession, type SocketClient } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

vi.setConfig({ testTimeout: 120_000 });
const SOON = { withinMs: 60_000, everyMs: 50 };
const database = sharedTenantDatabase();

async function open() {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const { issuer, jwksUrl } = provider;
  const how = {
    tenantDatabase: database(),
    runTurn: completes,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
  };
  const one = await startForTest(how);
  const tenant = await newTenant(one, { limits: { turnsPerMonth: 5 } });
  const signIn = { issuer, audience: "lilux", jwksUrl, roleClaim: "role" };
  const path = `/v1/admin/tenants/${tenant}`;
  await ask(one, OPERATOR, ["PATCH", path, { signIn }]);
  const connect = async (gateway: { port: number }, sub: string, role: string) => {
    const token = await provider.token({ sub, role, name: sub });
    return openSession({ port: gateway.port, headers: bearer(token) });
  };
  const told = async (): Promise<AdminRecord[]> => {
    const { body } = await ask(one, OPERATOR, ["GET", `${path}/records`]);
    return (body["records"] as AdminRecord[]).filter(({ action }) => action === "budget.told");
  };
  return { one, again: () => startForTest({ ...how, bus: one.bus }), tenant, path, connect, told };
}

async function turn(client: SocketClient, turnId: string): Promise<void> {
  client.send({ type: "ask", turnId, text: "go" });
  await client.next("turn-end", (frame) => frame.turnId === turnId);
}

/** Another gateway looks by itself, now and then. */
const isTold = (client: SocketClient, count = 1) =>
  eventually(() => noticesOf(client).length === count, SOON);

const noticesOf = ({ frames }: SocketClient) =>
  frames.filter(({ type }) => type === "budget-notice");

// Mutants: `recordOnce` is not asked; the name leaves out the person; everybody is told; nobody but admins is.
test("at four fifths of a budget its admins and who took it there are told, each once, over whichever gateway and also after a restart", async () => {
  const { one, again, connect, told } = await open();
  const ann = await connect(one, "ann", "admin");
  const mia = await connect(one, "mia", "member");
  const kim = await connect(one, "kim", "member");
  for (const name of ["t1", "t2", "t3"]) await turn(kim, name);
  expect(await told()).toEqual([]);
  await turn(mia, "t4");
  const notice = { budget: "turnsPerMonth", state: "soft", used: 4, max: 5 };
  expect(await ann.next("budget-notice")).toMatchObject(notice);
  expect(await mia.next("budget-notice")).toMatchObject(notice);
  // At its end nothing is told once more: who is refused is told that.
  await turn(mia, "t5");
  const two = await again();
  const annAgain = await connect(two, "ann", "admin");
  const abe = await connect(two, "abe", "admin");
  await isTold(abe);
  const abeAgain = await connect(one, "abe", "admin");
  // Whatever was asked of the database for them has been answered by the time that this is.
  const zoe = await connect(one, "zoe", "admin");
  await isTold(zoe);
  await eventually(async () => (await told()).length === 4, SOON);
  expect([ann, mia, abe, zoe].map((client) => noticesOf(client).length)).toEqual([1, 1, 1, 1]);
  expect([kim, annAgain, abeAgain].map((client) => noticesOf(client).length)).toEqual([0, 0, 0]);
  expect((await told())[0]).toMatchObject({ actor: "lilux", detail: { max: 5, state: "soft" } });
});

// Mutant: `lookAtAll` looks at nobody.
test("an admin who is connected to a gateway that saw nothing of it is told there, and of another tenant's budget nobody is", async () => {
  const { one, again, connect, path } = await open();
  const stranger = await open();
  const two = await again();
  const ann = await connect(two, "ann", "admin");
  const other = await stranger.connect(stranger.one, "eve", "admin");
  const mia = await connect(one, "mia", "member");
  for (const name of ["t1", "t2", "t3", "t4"]) await turn(mia, name);
  await isTold(ann);
  expect(noticesOf(other)).toEqual([]);
  // A bound that was raised is another one.
  await ask(one, OPERATOR, ["PATCH", path, { limits: { turnsPerMonth: 10 } }]);
  for (const name of ["t5", "t6", "t7", "t8"]) await turn(mia, name);
  await isTold(ann, 2);
  expect(noticesOf(ann)).toMatchObject([{ max: 5 }, { max: 10, used: 8 }]);
});

import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { askingKiwi, deletes, openApprovalsStage } from "./testing/approvals-stage.ts";
import { ask, bearer, newKey, OPERATOR } from "./testing/records-client.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";

const SOON = { withinMs: 60_000, everyMs: 100 };
const database = sharedTenantDatabase();

async function open() {
  const kiwi = askingKiwi();
  const stage = await openApprovalsStage(database(), { kiwi: { execute: kiwi.execute } });
  const { one, two, tenant } = stage;
  const machine = await newKey(one, tenant, ["write", "read"]);
  const bob = await stage.person("bob", "approver");
  const execute = (callId: string, gateway = one) =>
    ask(gateway, machine.key, ["POST", "/v1/execute", { ...deletes, callId }]);
  const put = async (callId: string): Promise<string> =>
    String((await execute(callId)).body["approvalId"]);
  const stateOf = async (approvalId: string, gateway = one) =>
    (await ask(gateway, machine.key, ["GET", `/v1/approvals/${approvalId}`])).body;
  const answer = (approvalId: string, body: object) =>
    ask(two, bob, ["POST", `/v1/approvals/${approvalId}`, body]);
  const comesTo = async (approvalId: string, state: string) => {
    await eventually(async () => (await stateOf(approvalId))["state"] === state, SOON);
  };
  const isKnownTo = (approvalId: string) =>
    eventually(async () => (await stateOf(approvalId, two))["approvalId"] === approvalId, SOON);
  return { ...stage, kiwi, machine, execute, put, stateOf, answer, comesTo, isKnownTo };
}

// Mutants: `take` runs without a yes; the run's mandate is the one of the request; `before` finds nothing.
test("over REST a call that waits for somebody else is answered 202 with where to ask, runs once after their yes, and tells its result", async () => {
  const { one, two, kiwi, machine, execute, stateOf, answer, comesTo, isKnownTo } = await open();
  const asked = await fetch(`${one.http}/v1/execute`, {
    method: "POST",
    headers: { ...bearer(machine.key), "content-type": "application/json" },
    body: JSON.stringify({ ...deletes, callId: "c1" }),
  });
  expect(asked.status).toBe(202);
  const { approvalId } = (await asked.json()) as { approvalId: string };
  expect(asked.headers.get("location")).toBe(`/v1/approvals/${approvalId}`);
  expect(await stateOf(approvalId)).toMatchObject({ state: "waiting", callId: "c1" });
  await isKnownTo(approvalId);
  // The same call again, wherever, is the same question.
  for (const gateway of [one, two]) {
    expect(await execute("c1", gateway)).toMatchObject({ status: 202, body: { approvalId } });
  }
  expect(kiwi.ran).toEqual([]);
  expect((await answer(approvalId, { approve: true })).status).toBe(202);
  await comesTo(approvalId, "ran");
  expect(await execute("c1")).toMatchObject({ status: 200, body: { result: { gone: true } } });
  expect(kiwi.ran).toHaveLength(1);
  const { secondPerson, person } = kiwi.ran[0]?.mandate ?? {};
  expect(secondPerson).toEqual({ effects: ["destructive"], isSeenTo: true });
  expect(person).toBe(`k_${machine.record.keyId}`);
});

// Mutants: `asChanged` is left out; `again` is not asked before the run.
test("a no comes with its reason, and what changed or whose key was revoked does not run on a yes", async () => {
  const { one, tenant, kiwi, machine, put, execute, answer, comesTo, isKnownTo } = await open();
  const declined = await put("c1");
  await isKnownTo(declined);
  await answer(declined, { approve: false, reason: "not on a Friday" });
  await comesTo(declined, "declined");
  expect(await execute("c1")).toMatchObject({
    status: 409,
    body: { code: "confirm_declined", details: { reason: "not on a Friday" } },
  });
  const changed = await put("c2");
  await isKnownTo(changed);
  kiwi.change();
  await answer(changed, { approve: true });
  await comesTo(changed, "failed");
  const orphan = await put("c3");
  await isKnownTo(orphan);
  const path = `/v1/admin/tenants/${tenant}/keys/${machine.record.keyId}`;
  await ask(one, OPERATOR, ["DELETE", path]);
  expect(await answer(orphan, { approve: true })).toMatchObject({
    body: { code: "approval_over" },
  });
  expect(kiwi.ran).toEqual([]);
});

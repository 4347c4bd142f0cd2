import type { KeyScope, NewKey } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { openApprovalsStage } from "./testing/approvals-stage.ts";
import { ask, newKey, OPERATOR } from "./testing/records-client.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";

const database = sharedTenantDatabase();
const ALL: readonly KeyScope[] = ["predict", "read", "run", "write", "admin"];
type Stage = Awaited<ReturnType<typeof openApprovalsStage>>;

async function makeKey({ one, tenant }: Stage, by: string, given: object = {}): Promise<NewKey> {
  const path = `/v1/admin/tenants/${tenant}/keys`;
  const body = { name: "another", scopes: ALL, ...given };
  const made = await ask(one, by, ["POST", path, body]);
  expect(made).toMatchObject({ status: 201 });
  return made.body as unknown as NewKey;
}

// Mutants: `assertMayFollow` that asks only whether the key has a person; `personOf` for everybody.
test("a key that speaks in somebody's name is followed by them alone, whoever administers the tenant", async () => {
  const stage = await openApprovalsStage(database());
  const { one, tenant, person } = stage;
  const [ada, bob] = await Promise.all([person("ada", "admin"), person("bob", "admin")]);
  expect((await ask(one, ada, ["GET", "/v1/me"])).status).toBe(200);
  // A person's keys count once the person is on record.
  await eventually(
    async () => {
      const { body } = await ask(one, OPERATOR, ["GET", `/v1/admin/tenants/${tenant}/people`]);
      expect(body["people"]).toMatchObject([{ name: "ada" }]);
    },
    { withinMs: 60_000 },
  );
  const adas = await makeKey(stage, ada, { mine: true });
  const machine = await newKey(one, tenant, ALL);
  const path = `/v1/admin/tenants/${tenant}/keys/${adas.record.keyId}`;
  for (const other of [bob, machine.key, OPERATOR]) {
    expect(await ask(one, other, ["POST", `${path}/rotate`, {}])).toMatchObject({
      status: 403,
      body: { code: "forbidden", details: { field: "keyId" } },
    });
  }
  for (const own of [ada, adas.key]) {
    const followed = await ask(one, own, ["POST", `${path}/rotate`, {}]);
    expect(followed).toMatchObject({
      status: 201,
      body: { record: { person: adas.record.person } },
    });
  }
  expect((await ask(one, bob, ["DELETE", path])).body).toEqual({ revoked: true });
});

// Mutants: `makersOf` looks at one key only; `answer` without the makers.
test("whoever made the key that asks is no second person, however many keys lie between them", async () => {
  const stage = await openApprovalsStage(database());
  const { one, two, person, client } = stage;
  const [ada, bob] = await Promise.all([person("ada", "admin"), person("bob", "approver")]);
  const first = await makeKey(stage, ada);
  const second = await makeKey(stage, first.key);
  const asking = await client(one, second.key);
  asking.send({ type: "ask", turnId: "t1", text: "remove it" });
  await asking.next("confirm-request");
  const approver = await client(two, bob);
  const { approvalId } = await approver.next("approval-request");
  for (const gateway of [one, two]) {
    const yes = await ask(gateway, ada, ["POST", `/v1/approvals/${approvalId}`, { approve: true }]);
    expect(yes).toMatchObject({ status: 403, body: { code: "second_person_required" } });
  }
  expect(asking.frames.some(({ type }) => type === "text-delta")).toBe(false);
  approver.send({ type: "approve", approvalId, approve: true });
  expect(await asking.next("text-delta")).toMatchObject({ text: "did it" });
});

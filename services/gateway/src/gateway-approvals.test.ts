import type { Database } from "@lilux/database";
import type { TurnEvent } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { eventually } from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { startIdentityProvider } from "./testing/identity-provider.ts";
import { openTenantDatabase } from "./testing/open-tenant-database.ts";
import { ask, bearer, newTenant, OPERATOR, OPERATOR_KEYS } from "./testing/records-client.ts";
import { openSession } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";

vi.setConfig({ testTimeout: 120_000 });

const SOON = { withinMs: 60_000 };
let database: Database;
beforeAll(async () => {
  database = await openTenantDatabase();
}, 300_000);
afterAll(() => database.close());

const call = {
  name: "execute",
  arguments: { item_type: "script", item_id: "ops/flush", action: "delete", parameters: {} },
} as const;

/** Asks whether it may, and ends with what it was told. */
const asks: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
  const { turnId } = turn;
  const callId = `${turnId}-c`;
  yield { type: "turn-start", turnId, path: "slow" };
  yield {
    type: "confirm-request",
    turnId,
    callId,
    call,
    effect: "destructive",
    reason: "destructive",
  };
  for await (const command of commands) {
    if (command.type !== "confirm") continue;
    yield { type: "text-delta", turnId, text: command.approve ? "did it" : "did not" };
    break;
  }
  yield { type: "turn-end", turnId, outcome: "completed" };
};

async function start() {
  const provider = await startIdentityProvider();
  onTestFinished(() => provider.close());
  const gateway = await startForTest({
    tenantDatabase: database,
    runTurn: asks,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
  });
  const { issuer, jwksUrl } = provider;
  const signIn = { issuer, audience: "lilux", jwksUrl, roleClaim: "role" };
  const tenant = await newTenant(gateway, {
    settings: { approvals: { destructive: "second-person" } },
  });
  await ask(gateway, OPERATOR, ["PATCH", `/v1/admin/tenants/${tenant}`, { signIn }]);
  const person = (sub: string, role: string) => provider.token({ sub, role });
  const client = async (token: string) =>
    openSession({ port: gateway.port, headers: bearer(token) });
  return { gateway, tenant, person, client };
}

// Mutants: `answerQuestion` passes every yes on; `isOwn` is never true; approvals lists one's own.
test("where a tenant wants a second person nobody approves their own, and somebody else's yes runs it", async () => {
  const { gateway, person, client } = await start();
  const ada = await person("ada", "approver");
  const bob = await person("bob", "approver");
  const eve = await person("eve", "author");
  const asking = await client(ada);
  asking.send({ type: "ask", turnId: "t1", text: "remove it" });
  const { callId } = await asking.next("confirm-request");
  const yes = ["POST", `/v1/approvals/t1/${callId}`, { approve: true }] as const;
  asking.send({ type: "confirm", turnId: "t1", callId, approve: true });
  expect(await asking.next("error")).toMatchObject({
    code: "second_person_required",
    turnId: "t1",
  });
  expect(await ask(gateway, ada, yes)).toMatchObject({ body: { code: "second_person_required" } });
  expect(await ask(gateway, eve, yes)).toMatchObject({ status: 403, body: { code: "forbidden" } });
  expect(await ask(gateway, ada, ["GET", "/v1/approvals"])).toMatchObject({
    body: { waiting: [] },
  });
  const waiting = await ask(gateway, bob, ["GET", "/v1/approvals"]);
  expect(waiting.body).toMatchObject({
    waiting: [{ turnId: "t1", callId, effect: "destructive" }],
  });
  expect((await ask(gateway, bob, yes)).status).toBe(202);
  expect(await asking.next("text-delta")).toMatchObject({ text: "did it" });
  expect(await ask(gateway, bob, yes)).toMatchObject({ status: 404 });
  asking.send({ type: "ask", turnId: "t2", text: "remove it" });
  const again = await asking.next("confirm-request");
  asking.send({ type: "confirm", turnId: "t2", callId: again.callId, approve: false });
  expect(await asking.next("text-delta")).toMatchObject({ text: "did not" });
});

test("another tenant's approver sees no question and answers none, and without the rule one's own yes is enough", async () => {
  const one = await start();
  const asking = await one.client(await one.person("ada", "approver"));
  asking.send({ type: "ask", turnId: "t1", text: "remove it" });
  const { callId } = await asking.next("confirm-request");
  const stranger = await start();
  const mallory = await stranger.person("mallory", "admin");
  // Both gateways have the one database; the question is the first one's.
  const yes = ["POST", `/v1/approvals/t1/${callId}`, { approve: true }] as const;
  expect(await ask(one.gateway, mallory, ["GET", "/v1/approvals"])).toMatchObject({
    body: { waiting: [] },
  });
  expect((await ask(one.gateway, mallory, yes)).status).toBe(404);
  const path = `/v1/admin/tenants/${one.tenant}`;
  await ask(one.gateway, OPERATOR, ["PATCH", path, { settings: {} }]);
  await eventually(
    async () => {
      asking.send({ type: "confirm", turnId: "t1", callId, approve: true });
      return asking.frames.some((frame) => frame.type === "text-delta");
    },
    { ...SOON, everyMs: 200 },
  );
});

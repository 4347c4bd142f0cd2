import { hashOf } from "@lilux/database";
import type { AdminRecord } from "@lilux/protocol";
import { eventually, testTenant } from "@lilux/testkit";
import { expect, test } from "vitest";
import { openApprovalsStage } from "./testing/approvals-stage.ts";
import { ask, OPERATOR } from "./testing/records-client.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";

const SOON = { withinMs: 60_000, everyMs: 100 };
const database = sharedTenantDatabase();

// Mutants: `assertMayAnswer` lets one's own through; `passOn` goes unsigned; `hear` is deaf; a second answer counts.
test("an approver at another gateway sees exactly what is asked and by whom, and their answer alone counts, once", async () => {
  const { one, two, tenant, person, client } = await openApprovalsStage(database());
  const [ada, bob, eve] = await Promise.all([
    person("ada", "approver"),
    person("bob", "approver"),
    person("eve", "author"),
  ]);
  const asking = await client(one, ada);
  const approver = await client(two, bob);
  const author = await client(two, eve);
  asking.send({ type: "ask", turnId: "t1", text: "remove it" });
  const { callId, call } = await asking.next("confirm-request");
  asking.send({ type: "confirm", turnId: "t1", callId, approve: true });
  expect(await asking.next("error")).toMatchObject({ code: "second_person_required" });
  const { approvalId, ...seen } = await approver.next("approval-request");
  expect(seen).toMatchObject({
    call,
    callId,
    turnId: "t1",
    effect: "destructive",
    reason: "It deletes the script ops/flush.",
    item: { qualified_id: "ops/flush", version: "3", content_hash: "c".repeat(64) },
  });
  asking.send({ type: "approve", approvalId, approve: true });
  expect(await asking.next("error", (frame) => frame.approvalId === approvalId)).toMatchObject({
    code: "second_person_required",
  });
  author.send({ type: "approve", approvalId, approve: true });
  expect(await author.next("error")).toMatchObject({ code: "forbidden", approvalId });
  expect(author.frames.some(({ type }) => type === "approval-request")).toBe(false);
  expect((await ask(two, bob, ["GET", "/v1/approvals"])).body).toMatchObject({
    waiting: [{ approvalId, callId }],
  });
  expect((await ask(one, ada, ["GET", "/v1/approvals"])).body).toEqual({ waiting: [] });
  approver.send({ type: "approve", approvalId, approve: true, reason: "go ahead" });
  expect(await asking.next("text-delta")).toMatchObject({ text: "did it" });
  const settled = { approvalId, outcome: "approved", reason: "go ahead" };
  expect(await approver.next("approval-settled")).toMatchObject(settled);
  expect(await asking.next("approval-settled")).toMatchObject(settled);
  const late = await ask(two, bob, ["POST", `/v1/approvals/${approvalId}`, { approve: true }]);
  expect(late).toMatchObject({ status: 409, body: { code: "approval_over" } });
  const path = `/v1/admin/tenants/${tenant}/records`;
  const records = (await ask(one, OPERATOR, ["GET", path])).body["records"] as AdminRecord[];
  const acts = records.filter(({ target }) => target === approvalId);
  expect(acts.map(({ action }) => action)).toEqual(["approval.ask", "approval.yes"]);
  expect(acts[1]).toMatchObject({ detail: { callId, reason: "go ahead", effect: "destructive" } });
  for (const { hash, ...record } of records) expect(hash).toBe(hashOf(testTenant(tenant), record));
});

// Mutants: `end` closes nothing; `expiresAt` is not looked at; `askerIsIn` is not asked.
test("a yes comes too late once the turn has ended, its time is over, or who asked is out", async () => {
  let later = 0;
  const { one, tenant, person, client } = await openApprovalsStage(database(), {
    clock: { unix: () => Date.now() + later },
  });
  const bob = await person("bob", "approver");
  const asking = await client(one, await person("ada", "member"));
  const approver = await client(one, bob);
  const put = async (turnId: string) => {
    asking.send({ type: "ask", turnId, text: "remove it" });
    return approver.next("approval-request", (frame) => frame.turnId === turnId);
  };
  const yes = (approvalId: string) =>
    ask(one, bob, ["POST", `/v1/approvals/${approvalId}`, { approve: true }]);
  const first = await put("t1");
  asking.send({ type: "cancel", turnId: "t1" });
  await approver.next("approval-settled", (frame) => frame.outcome === "cancelled");
  expect((await yes(first.approvalId)).body).toMatchObject({ code: "approval_over" });
  const second = await put("t2");
  later = 5 * 60_000 + 1;
  expect((await yes(second.approvalId)).body).toMatchObject({ code: "approval_over" });
  expect(await approver.next("approval-settled")).toMatchObject({ outcome: "expired" });
  later = 0;
  const third = await put("t3");
  const out = ["PUT", `/v1/admin/tenants/${tenant}/people/${third.askedBy}`] as const;
  await ask(one, OPERATOR, [...out, { role: "member", state: "suspended" }]);
  expect((await yes(third.approvalId)).body).toMatchObject({ code: "approval_over" });
  expect(asking.frames.some(({ type }) => type === "text-delta")).toBe(false);
});

test("another tenant's approver sees no question and answers none, and words that no gateway signed show nothing", async () => {
  const { one, tenant, person, client } = await openApprovalsStage(database());
  const stranger = await openApprovalsStage(database(), { bus: one.bus });
  const mallory = await stranger.person("mallory", "admin");
  const approver = await client(one, await person("bob", "approver"));
  const asking = await client(one, await person("ada", "member"));
  const forged = {
    approvalId: `a_${"f".repeat(22)}`,
    callId: "c",
    state: "waiting",
    expiresAt: 9e15,
  };
  const text = JSON.stringify({ holder: "x", approval: forged, state: forged });
  one.bus.publish(`lilux.v1.${tenant}.approval`, { text, signature: "made up" });
  asking.send({ type: "ask", turnId: "t1", text: "remove it" });
  const { approvalId } = await approver.next("approval-request");
  expect(approvalId).not.toBe(forged.approvalId);
  const yes = ["POST", `/v1/approvals/${approvalId}`, { approve: true }] as const;
  for (const gateway of [one, stranger.two]) {
    expect((await ask(gateway, mallory, ["GET", "/v1/approvals"])).body).toEqual({ waiting: [] });
    expect((await ask(gateway, mallory, yes)).status).toBe(409);
    expect((await ask(gateway, mallory, ["GET", `/v1/approvals/${approvalId}`])).status).toBe(404);
  }
  // Without the rule one's own yes is enough.
  await ask(one, OPERATOR, ["PATCH", `/v1/admin/tenants/${tenant}`, { settings: {} }]);
  const { callId } = await asking.next("confirm-request");
  await eventually(async () => {
    asking.send({ type: "confirm", turnId: "t1", callId, approve: true });
    return asking.frames.some((frame) => frame.type === "text-delta");
  }, SOON);
});

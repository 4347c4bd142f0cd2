import { eventually } from "@lilux/testkit";
import { expect, onTestFinished, test, vi } from "vitest";
import { askingKiwi, deletes, openApprovalsStage } from "./testing/approvals-stage.ts";
import {
  CLIENTS,
  type ConnectOptions,
  type McpTestClient,
  officialClient,
  type Person,
} from "./testing/mcp-clients.ts";
import { wireCurrent } from "./testing/mcp-wire.ts";
import { ask, bearer, newKey, OPERATOR } from "./testing/records-client.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";

vi.setConfig({ testTimeout: 120_000 });
const SOON = { withinMs: 60_000, everyMs: 100 };
const database = sharedTenantDatabase();

const YES: Person = () => ({ action: "accept", content: { confirm: true } });
const APPROVER_TOOLS = ["list_approvals", "answer_approval"];

const current = (options: ConnectOptions) => officialClient("current", options);

/** A call that waits, asked for over REST by a machine's key, and who may answer it over MCP at another gateway. */
async function open() {
  const kiwi = askingKiwi();
  const stage = await openApprovalsStage(database(), { kiwi: { execute: kiwi.execute } });
  const { one, two, tenant } = stage;
  const machine = await newKey(one, tenant, ["run", "write", "read"]);
  const put = async (callId: string, key = machine.key): Promise<string> => {
    const given = { ...deletes, callId };
    const { body } = await ask(one, key, ["POST", "/v1/execute", given]);
    const approvalId = String(body["approvalId"]);
    const isKnown = async () =>
      (await ask(two, key, ["GET", `/v1/approvals/${approvalId}`])).status === 200;
    await eventually(isKnown, SOON);
    return approvalId;
  };
  const stateOf = async (approvalId: string) =>
    (await ask(one, machine.key, ["GET", `/v1/approvals/${approvalId}`])).body;
  const comesTo = (approvalId: string, state: string) =>
    eventually(async () => (await stateOf(approvalId))["state"] === state, SOON);
  const url = `${two.http}/mcp`;
  const connect = async (
    key: string,
    person?: Person,
    by: (options: ConnectOptions) => Promise<McpTestClient> = current,
  ) => {
    const client = await by({ url, key, ...(person && { person }) });
    onTestFinished(() => client.close());
    return client;
  };
  return { ...stage, kiwi, machine, put, stateOf, comesTo, url, connect };
}

const codeOf = ({ _meta }: { _meta?: Record<string, unknown> | undefined }) =>
  (_meta?.["lilux/error"] as { code?: string } | undefined)?.code;

// Mutants: the form's `confirm` is not looked at; `mayApprove` is always false; the answer is not passed on.
test.each(CLIENTS)(
  "%s shows its approver exactly what waits, and their own yes runs it once for who asked",
  async (_name, by) => {
    const { person, connect, kiwi, machine, put, comesTo } = await open();
    const questions: string[] = [];
    const bob = await person("bob", "approver");
    const says: Person = (question) => {
      questions.push(question);
      return { action: "accept", content: { confirm: questions.length > 1 } };
    };
    const approvalId = await put("c1");
    const client = await connect(bob, says, by);
    const tools = await client.tools();
    expect(tools.map(({ name }) => name).slice(-2)).toEqual(APPROVER_TOOLS);
    expect(tools.at(-1)?.annotations).toMatchObject({ destructiveHint: true, readOnlyHint: false });
    const { structuredContent: listed } = await client.call("list_approvals", {});
    expect(listed).toMatchObject({
      total: 1,
      waiting: [{ approvalId, callId: "c1", call: { name: "execute", arguments: deletes } }],
    });
    const yes = { approvalId, approve: true, reason: "go ahead" };
    // A form that is accepted without its box is no yes, and the call goes on waiting.
    expect(codeOf(await client.call("answer_approval", yes))).toBe("confirm_declined");
    expect(kiwi.ran).toEqual([]);
    const answered = await client.call("answer_approval", yes);
    expect(answered.structuredContent).toEqual({ approvalId, answered: "yes" });
    await comesTo(approvalId, "ran");
    expect(questions[0]).toContain(JSON.stringify(deletes, null, 2));
    expect(questions[0]).toContain(`a test's (k_${machine.record.keyId})`);
    expect(questions[0]).toContain("go ahead");
    expect(codeOf(await client.call("answer_approval", yes))).toBe("approval_over");
    expect(kiwi.ran).toMatchObject([{ mandate: { person: `k_${machine.record.keyId}` } }]);
  },
);

// Mutants: `canAsk` is always true; a yes without an answer is passed on.
test("a client that cannot ask its person approves nothing, and can say no", async () => {
  const { person, connect, kiwi, put, stateOf } = await open();
  const client = await connect(await person("bob", "approver"));
  const approvalId = await put("c1");
  const refused = await client.call("answer_approval", { approvalId, approve: true });
  expect(codeOf(refused)).toBe("confirm_required");
  expect(refused.content[0]?.text).toContain("a person has to say yes");
  expect(await stateOf(approvalId)).toMatchObject({ state: "waiting" });
  const no = { approvalId, approve: false, reason: "not on a Friday" };
  expect((await client.call("answer_approval", no)).structuredContent).toMatchObject({
    answered: "no",
  });
  const told = { state: "declined", reason: "not on a Friday" };
  await eventually(async () => (await stateOf(approvalId))["state"] === told.state, SOON);
  expect(await stateOf(approvalId)).toMatchObject(told);
  expect(kiwi.ran).toEqual([]);
});

// Mutants: `toAnswer` asks nobody's right; `tools/list` shows all tools to everybody.
test("nobody approves over MCP what their own credential asked for, by whichever key of theirs, and no machine approves at all", async () => {
  const { one, tenant, person, connect, machine, kiwi, put } = await open();
  const ada = await person("ada", "approver");
  const mine = { name: "mine", scopes: ["read", "run", "write"], mine: true };
  const path = `/v1/admin/tenants/${tenant}/keys`;
  const admin = await person("root", "admin");
  const rootsKey = (await ask(one, admin, ["POST", path, mine])).body["key"] as string;
  const others = await put("by-machine");
  let questions = 0;
  const says: Person = (question) => {
    questions += 1;
    return YES(question);
  };
  for (const [asks, answers] of [
    [ada, ada],
    [admin, rootsKey],
    [rootsKey, admin],
  ] as const) {
    const approvalId = await put(`own-${asks.slice(-12)}`, asks);
    const client = await connect(answers, says);
    const listed = (await client.call("list_approvals", {})).structuredContent;
    expect(JSON.stringify(listed)).not.toContain(approvalId);
    expect(JSON.stringify(listed)).toContain(others);
    const answered = await client.call("answer_approval", { approvalId, approve: true });
    expect(codeOf(answered)).toBe("second_person_required");
  }
  for (const key of [machine.key, await person("eve", "author")]) {
    const client = await connect(key, says);
    const names = (await client.tools()).map(({ name }) => name);
    expect(names).toEqual(["search", "load", "execute", "help"]);
    expect(codeOf(await client.call("list_approvals", {}))).toBe("forbidden");
    const yes = { approvalId: await put("c2", ada), approve: true };
    expect(codeOf(await client.call("answer_approval", yes))).toBe("forbidden");
  }
  // Nobody's person is asked what their yes would not count for.
  expect(questions).toBe(0);
  expect(kiwi.ran).toEqual([]);
});

// Mutant: `toAnswer` finds what waits in any tenant.
test("another tenant's approver sees nothing that waits and answers none of it, a yes or a no", async () => {
  const { one, tenant, person, put, stateOf, kiwi } = await open();
  const stranger = await openApprovalsStage(database(), { bus: one.bus });
  expect(stranger.tenant).not.toBe(tenant);
  const mallory = await stranger.person("mallory", "approver");
  const approvalId = await put("c1");
  const client = await current({ url: `${one.http}/mcp`, key: mallory, person: YES });
  onTestFinished(() => client.close());
  expect((await client.call("list_approvals", {})).structuredContent).toEqual({
    waiting: [],
    total: 0,
  });
  for (const approve of [true, false]) {
    const answer = await client.call("answer_approval", { approvalId, approve });
    expect(codeOf(answer)).toBe("approval_over");
  }
  expect(await stateOf(approvalId)).toMatchObject({ state: "waiting" });
  // Its own approver is told of it all the same.
  const own = await current({ url: `${one.http}/mcp`, key: await person("bob", "approver") });
  onTestFinished(() => own.close());
  expect((await own.call("list_approvals", {})).structuredContent).toMatchObject({ total: 1 });
  expect(kiwi.ran).toEqual([]);
});

// Mutant: `again` is not asked before the answer counts.
test("who is no approver any more when their person says yes approves nothing", async () => {
  const { one, tenant, person, kiwi, put, stateOf } = await open();
  // A token that names no role of ours: what is on record counts.
  const bob = await person("bob", "none");
  const approvalId = await put("c1");
  const { body } = await ask(one, bob, ["GET", "/v1/me"]);
  const path = `/v1/admin/tenants/${tenant}/people/${body["person"]}`;
  const become = (role: string) => ask(one, OPERATOR, ["PUT", path, { role, state: "active" }]);
  expect((await become("approver")).status).toBe(200);
  const { client } = await officialClient("sessions", {
    url: `${one.http}/mcp`,
    key: bob,
    person: YES,
  });
  onTestFinished(() => client.close());
  let wasAsked = false;
  client.setRequestHandler("elicitation/create", async () => {
    wasAsked = true;
    expect((await become("member")).status).toBe(200);
    return { action: "accept", content: { confirm: true } };
  });
  const given = { name: "answer_approval", arguments: { approvalId, approve: true } };
  expect(codeOf(await client.callTool(given))).toBe("forbidden");
  expect(wasAsked).toBe(true);
  expect(await stateOf(approvalId)).toMatchObject({ state: "waiting" });
  expect(kiwi.ran).toEqual([]);
});

// Mutants: `digestOf` leaves out the reason, the id or the person; `isAbout` takes an approval's seal.
test("a person's yes is to the one question that they were shown, by the one approver, and to nothing else", async () => {
  const { person, url, kiwi, put, stateOf } = await open();
  const [bob, cleo] = [await person("bob", "approver"), await person("cleo", "approver")];
  const [first, second] = [await put("c1"), await put("c2")];
  const call = (key: string, name: string, given: object, more: object = {}) =>
    wireCurrent(url, {
      method: "tools/call",
      params: { name, arguments: given, ...more },
      capabilities: { elicitation: {} },
      headers: bearer(key),
    });
  const yes = { approvalId: first, approve: true };
  const asked = await call(bob, "answer_approval", yes);
  const requestState = asked.body.result?.requestState;
  expect(requestState).toEqual(expect.any(String));
  const accepted = {
    requestState,
    inputResponses: { confirm: { action: "accept", content: { confirm: true } } },
  };
  const attempts = [
    [bob, "answer_approval", { ...yes, approvalId: second }],
    [bob, "answer_approval", { ...yes, reason: "other words" }],
    [cleo, "answer_approval", yes],
    [bob, "execute", deletes],
  ] as const;
  for (const [key, name, given] of attempts) {
    const { body } = await call(key, name, given, accepted);
    expect([name, codeOf(body.result ?? {})]).toEqual([name, "confirm_required"]);
  }
  for (const id of [first, second]) expect(await stateOf(id)).toMatchObject({ state: "waiting" });
  const forged = { ...accepted, requestState: undefined };
  expect(codeOf((await call(bob, "answer_approval", yes, forged)).body.result ?? {})).toBe(
    "confirm_required",
  );
  expect((await call(bob, "answer_approval", yes, accepted)).body.result).toMatchObject({
    structuredContent: { answered: "yes" },
  });
  await eventually(() => kiwi.ran.length === 1, SOON);
});

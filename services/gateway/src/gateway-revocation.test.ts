import type { TurnEvent } from "@lilux/protocol";
import type { KiwiApi, RunTurn } from "@lilux/rpc";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import {
  ask,
  bearer,
  newKey,
  newTenant,
  OPERATOR,
  OPERATOR_KEYS,
} from "./testing/records-client.ts";
import { sharedTenantDatabase } from "./testing/shared-tenant-database.ts";
import { openSession, openSocket } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import type { TestGatewayOptions } from "./testing/start-gateway.ts";

const SOON = { withinMs: 60_000, everyMs: 100 };
const database = sharedTenantDatabase();

function start(options: TestGatewayOptions = {}) {
  return startForTest({
    tenantDatabase: database(),
    ...options,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
  });
}

/** Goes on until somebody cancels it. */
function endlessTurns() {
  const cancelled: string[] = [];
  const runTurn: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
    const { turnId } = turn;
    yield { type: "turn-start", turnId, path: "slow" };
    for await (const { type } of commands) {
      if (type !== "cancel") continue;
      cancelled.push(turnId);
      break;
    }
    yield { type: "turn-end", turnId, outcome: "cancelled" };
  };
  return { runTurn, cancelled };
}

const endlessRun: KiwiApi["execute"] = async function* (_request, options) {
  yield { type: "progress", text: "begun" };
  await new Promise<void>((resolve) => {
    options?.signal?.addEventListener("abort", () => resolve(), { once: true });
  });
};

/** The text of an answer up to its end, whether it ends or is cut off. */
async function toldBy(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let told = "";
  try {
    for await (const chunk of response.body ?? []) told += decoder.decode(chunk, { stream: true });
  } catch {
    return told;
  }
  return told;
}

const HEAD = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

async function openMcpStream(http: string, key: string): Promise<Response> {
  const headers = { ...bearer(key), ...HEAD };
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  const opened = await fetch(`${http}/mcp`, { method: "POST", headers, body });
  await opened.text();
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  return fetch(`${http}/mcp`, { headers: { ...headers, ...session } });
}

// Mutants: `stayInside` is not called, or by one of the doors; `turnOut` does nothing once an answer began.
test("what is being told to a revoked key ends, over every door and at every gateway, and no other's does", async () => {
  const { runTurn, cancelled } = endlessTurns();
  const one = await start({ runTurn, kiwi: { execute: endlessRun } });
  const two = await start({ runTurn, kiwi: { execute: endlessRun }, bus: one.bus });
  const tenant = await newTenant(one);
  const scopes = ["predict", "read", "run"] as const;
  const { key, record } = await newKey(one, tenant, scopes);
  const other = await newKey(one, tenant, scopes);
  const post = (gateway: typeof one, path: string, body: object, by = key) =>
    fetch(`${gateway.http}${path}`, {
      method: "POST",
      headers: { ...bearer(by), ...HEAD },
      body: JSON.stringify(body),
    });
  const run = { item_type: "script", item_id: "a", action: "run" };
  const chat = {
    model: "lilux",
    stream: true,
    messages: [{ role: "user", content: "hello" }],
  };
  const turns = await Promise.all([
    post(one, "/v1/turns", { turnId: "t1", text: "go" }),
    post(two, "/v1/turns", { turnId: "t2", text: "go" }),
  ]);
  const others = await post(two, "/v1/turns", { turnId: "t3", text: "go" }, other.key);
  const streams = [
    await post(two, "/v1/execute", run),
    await openMcpStream(one.http, key),
    await openMcpStream(two.http, key),
  ];
  const chatting = post(one, "/v1/chat/completions", chat).then(
    async (response) => ({ status: response.status, text: await toldBy(response) }),
    () => ({ status: 0, text: "" }),
  );
  for (const { status } of [...turns, ...streams]) expect(status).toBe(200);
  const path = `/v1/admin/tenants/${tenant}/keys/${record.keyId}`;
  expect((await ask(one, OPERATOR, ["DELETE", path])).status).toBe(200);
  for (const response of turns) expect(await toldBy(response)).toContain('"unauthenticated"');
  for (const response of streams) await toldBy(response);
  await chatting;
  await eventually(async () => cancelled.includes("t1") && cancelled.includes("t2"), SOON);
  expect(cancelled).not.toContain("t3");
  await others.body?.cancel();
});

// Mutants: `isGood` asks nobody of the holder; a ticket's caller is not asked about again.
test("a resume token and a ticket die with the key that they were given to", async () => {
  const { runTurn } = endlessTurns();
  const gateway = await start({ runTurn });
  const tenant = await newTenant(gateway);
  const { key, record } = await newKey(gateway, tenant, ["predict", "run"]);
  const other = await newKey(gateway, tenant, ["predict", "run"]);
  const { port } = gateway;
  const owner = await openSession({ port, headers: bearer(key) });
  const { sessionId, resumeToken } = owner.start;
  const ticket = String((await ask(gateway, key, ["POST", "/v1/tickets"])).body["ticket"]);
  const path = `/v1/admin/tenants/${tenant}/keys/${record.keyId}`;
  const comesBack = async () => {
    const again = await openSocket({ port, headers: bearer(other.key) });
    again.send({ type: "hello", resume: { sessionId, resumeToken, offset: 0 } });
    const { recovered } = await again.next("session-start");
    again.socket.close();
    return recovered;
  };
  expect(await comesBack()).toBe(true);
  await ask(gateway, OPERATOR, ["DELETE", path]);
  expect(await comesBack()).toBe(false);
  const late = await openSocket({ port, path: `/v1/session?ticket=${ticket}` });
  expect(await late.closed).toMatchObject({ code: 4401 });
});

import { createInProcessBus } from "@lilux/bus";
import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { initialize, wire } from "./testing/mcp-wire.ts";
import { openSession } from "./testing/socket-client.ts";
import { startGateway, type TestGatewayOptions } from "./testing/start-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const fails = (): never => {
  throw new RangeError("a number out of range");
};

/** A gateway whose neighbours all have the same fault of ours. */
async function start(options: TestGatewayOptions = {}) {
  const lines: string[] = [];
  const kiwi = { search: async () => fails(), execute: fails, listItems: async () => fails() };
  const onError = (line: string): void => void lines.push(line);
  const gateway = await startGateway({ kiwi, runTurn: fails, onError, ...options });
  closing.push(() => gateway.stop());
  return { ...gateway, lines };
}

const SEARCH = { item_type: "script", query: "pump" };
const RUN = { item_type: "script", item_id: "pump", action: "run" };
const INTERNAL = "Something went wrong on our side. It was logged.";

function post(url: string, body: object, accept = "application/json"): Promise<Response> {
  const headers = { "content-type": "application/json", accept };
  return fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** That the answer's promise is kept: one line, with the cause. */
function expectLogged(lines: readonly string[]): void {
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain("a number out of range");
}

test.each([
  ["search", "application/json", SEARCH],
  ["execute", "application/json", RUN],
  ["execute", "text/event-stream", RUN],
])(
  "REST %s as %s: a fault of ours is told as internal and logged with its cause",
  async (path, accept, body) => {
    const { http, lines } = await start();
    const answer = await post(`${http}/v1/${path}`, body, accept);
    expect(await answer.text()).toContain(INTERNAL);
    expectLogged(lines);
  },
);

test.each([
  ["tools/call", { name: "search", arguments: SEARCH }],
  ["tools/call", { name: "execute", arguments: RUN }],
  ["resources/list", {}],
])(
  "MCP %s: a fault of ours is told as internal and logged with its cause",
  async (method, params) => {
    const { http, lines } = await start();
    const opened = await wire(`${http}/mcp`, initialize());
    const headers = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
    const call = { jsonrpc: "2.0", id: 7, method, params };
    const answer = await wire(`${http}/mcp`, { body: call, headers });
    expect(JSON.stringify(answer.body)).toContain(INTERNAL);
    expectLogged(lines);
  },
);

test("a turn that our fault ends says so over the socket, and the cause is logged", async () => {
  const { port, lines } = await start();
  const client = await openSession({ port });
  client.send({ type: "submit", turnId: "t1", text: "count the pumps" });
  expect(await client.next("turn-end")).toMatchObject({
    outcome: "failed",
    error: { code: "internal", message: INTERNAL },
  });
  expectLogged(lines);
});

test("a router that answers in another form leaves a keystroke without candidates, and a line in the log", async () => {
  const { port, lines } = await start({ route: () => ({ predictions: "none" }) as never });
  const client = await openSession({ port });
  client.send({ type: "keystroke", seq: 1, text: "count" });
  expect(await client.next("prediction")).toMatchObject({ degraded: ["router_unavailable"] });
  await eventually(() => expect(lines.join()).toContain("the router's answer"), {
    withinMs: 20_000,
  });
  expect(lines.join()).not.toContain("count");
});

// Mutants: `unready` for `dependency`; `busTrouble` that asks only whether the bus is connected.
test("a bus in trouble leaves the gateway ready for what needs none, and is told by name", async () => {
  let troubles = ["stream TURNS is missing"];
  const bus = { ...createInProcessBus(), troubles: () => troubles };
  const { http, service } = await start({ bus });
  const ready = async () => {
    const answer = await fetch(`${http}/health/ready`);
    return { status: answer.status, body: await answer.json() };
  };
  expect(await ready()).toMatchObject({ status: 200, body: { reasons: [] } });
  expect(service.dependencies?.()).toMatchObject({ bus: "stream TURNS is missing" });
  expect(service.degraded?.()).toEqual(troubles);
  troubles = [];
  expect(service.dependencies?.()).toMatchObject({ bus: undefined });
});

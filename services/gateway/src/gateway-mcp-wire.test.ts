import { request as httpRequest } from "node:http";
import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { DEFAULT_LIMITS } from "./config.ts";
import { initialize, type WireRequest, wire, wireCurrent } from "./testing/mcp-wire.ts";
import { itemNamed, scriptedLibrary } from "./testing/scripted-library.ts";
import { keyFor, startGateway, type TestGatewayOptions } from "./testing/start-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const ITEMS = [itemNamed("send"), itemNamed("slow")];

async function start(options: TestGatewayOptions = {}) {
  const library = scriptedLibrary({ local: ITEMS, acme: ITEMS, umbrella: ITEMS });
  const gateway = await startGateway({ kiwi: library.kiwi, ...options });
  closing.push(() => gateway.stop());
  return { library, gateway, url: `${gateway.http}/mcp` };
}

async function openSession(url: string, headers: Record<string, string> = {}) {
  const answer = await wire(url, { ...initialize(), headers });
  const session = { ...headers, "mcp-session-id": answer.headers.get("mcp-session-id") ?? "" };
  const send = (body: unknown, more: Record<string, string> = {}, method = "POST") =>
    wire(url, {
      method,
      headers: { ...session, ...more },
      ...(body === undefined ? {} : { body }),
    });
  await send({ jsonrpc: "2.0", method: "notifications/initialized" });
  return { send };
}

const LIST = { jsonrpc: "2.0", id: 5, method: "tools/list", params: {} };
const runOf = (item_id: string, id: unknown = 7, more: object = {}) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name: "execute", arguments: { item_type: "script", item_id, action: "run", ...more } },
});
const SEVENTY_KB = JSON.stringify({ ...LIST, params: { text: "x".repeat(70_000) } });
const DEEP = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

const REFUSED: [string, WireRequest, number, number][] = [
  ["what is not JSON", { body: "{nope" }, 400, -32_700],
  ["an empty body", { body: "" }, 400, -32_700],
  ["JSON that is no message", { body: { hello: 1 } }, 400, -32_600],
  ["a message outside any session", { body: LIST }, 400, -32_600],
  ["a batch outside any session", { body: [LIST, LIST] }, 400, -32_600],
  ["a batch that also initializes", { body: [initialize().body, LIST] }, 400, -32_600],
  ["a tower of brackets", { body: DEEP }, 400, -32_600],
  ["another media type", { body: "x", headers: { "content-type": "text/plain" } }, 400, -32_600],
  ["a body beyond the limit", { body: SEVENTY_KB }, 413, -32_600],
  ["an unknown session", { body: LIST, headers: { "mcp-session-id": "no" } }, 404, -32_001],
  ["a stream outside any session", { method: "GET" }, 400, -32_600],
  [
    "a page of another origin",
    { body: LIST, headers: { origin: "http://evil.example" } },
    403,
    -32_600,
  ],
  ["a rebound name", { body: LIST, headers: { host: "evil.example" } }, 403, -32_600],
  [
    "the current revision without its _meta",
    { body: LIST, headers: { "mcp-protocol-version": "2026-07-28" } },
    400,
    -32_602,
  ],
];

test.each(REFUSED)("%s is refused in the protocol's form", async (_what, request, status, code) => {
  const { url, library } = await start();
  const { host, ...headers } = request.headers ?? {};
  const answer =
    host === undefined
      ? await wire(url, request)
      : await wireAs(host, url, { ...request, headers });
  expect(answer).toMatchObject({ status, body: { jsonrpc: "2.0", error: { code } } });
  expect(library.asked).toEqual([]);
});

/** `fetch` writes the Host header itself; a rebound name needs it written by hand. */
async function wireAs(host: string, url: string, { body }: WireRequest) {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  const sent = httpRequest(
    url,
    { method: "POST", headers: { host, "content-type": "application/json" } },
    (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }),
      );
    },
  );
  sent.on("error", reject);
  sent.end(JSON.stringify(body));
  return promise;
}

test("with keys, none and a wrong one are refused before anything is read", async () => {
  const { url } = await start({ config: { apiKeys: [keyFor("acme", "key-of-acme")] } });
  for (const headers of [{}, { authorization: "Bearer nothing" }]) {
    const answer = await wire(url, { body: "{nope", headers });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { data: { code: "unauthenticated" } } },
    });
    expect(answer.headers.get("www-authenticate")).toBe("Bearer");
  }
});

// Mutant: leaving out `refuseForeignOrigin`.
test("a page of another origin is refused even when it has a key", async () => {
  const { url } = await start({ config: { apiKeys: [keyFor("acme", "key-of-acme")] } });
  const headers = { authorization: "Bearer key-of-acme", origin: "https://evil.example" };
  const foreign = await wireCurrent(url, { method: "tools/list", headers });
  expect(foreign).toMatchObject({ status: 403, body: { error: { data: { code: "forbidden" } } } });
  const own = { ...headers, origin: new URL(url).origin };
  expect((await wireCurrent(url, { method: "tools/list", headers: own })).status).toBe(200);
});

test("an unknown revision is answered with those that are known", async () => {
  const { url } = await start();
  const current = await wireCurrent(url, { method: "tools/list", version: "2031-01-01" });
  expect(current).toMatchObject({ status: 400, body: { error: { code: -32_022 } } });
  const older = await wire(url, initialize("1999-01-01"));
  expect(older.body.result).toMatchObject({ protocolVersion: "2025-11-25" });
  const { send } = await openSession(url);
  expect((await send(LIST, { "mcp-protocol-version": "1999-01-01" })).status).toBe(400);
});

test("headers that disagree with the body are refused", async () => {
  const { url } = await start();
  const headers = { "mcp-method": "tools/call" };
  const answer = await wireCurrent(url, { method: "tools/list", headers });
  expect(answer).toMatchObject({ status: 400, body: { error: { code: -32_020 } } });
});

test("unknown methods and tools are the protocol's errors, not a tool's", async () => {
  const { url } = await start();
  const method = await wireCurrent(url, { method: "nonsense/do" });
  expect(method.body.error?.code).toBe(-32_601);
  for (const name of ["rm", "__proto__", "toString"]) {
    const answer = await wireCurrent(url, { method: "tools/call", params: { name } });
    expect(answer.body.error?.code).toBe(-32_602);
  }
});

test("a client that takes no stream is told what to accept", async () => {
  const { url } = await start();
  const { send } = await openSession(url);
  expect((await send(LIST, { accept: "text/html" })).status).toBe(406);
});

// Mutant: leaving out the check of the tenant in `handle`.
test("one tenant's session is unknown to another, and ends for its own", async () => {
  const apiKeys = [keyFor("acme", "key-of-acme"), keyFor("umbrella", "key-of-umbrella")];
  const { url } = await start({ config: { apiKeys: apiKeys } });
  const { send } = await openSession(url, { authorization: "Bearer key-of-acme" });
  for (const method of ["POST", "GET", "DELETE"]) {
    const body = method === "POST" ? LIST : undefined;
    const answer = await send(body, { authorization: "Bearer key-of-umbrella" }, method);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: -32_001 } } });
  }
  expect((await send(LIST)).status).toBe(200);
  expect((await send(undefined, {}, "DELETE")).status).toBe(200);
  expect((await send(LIST)).status).toBe(404);
});

// Mutant: naming calls by chance in a session, too.
test("a request sent again in its session runs once; the same id elsewhere is another call", async () => {
  const { url, library } = await start();
  const one = await openSession(url);
  const first = await one.send(runOf("send"));
  const second = await one.send(runOf("send"));
  expect(second.body).toEqual(first.body);
  expect(library.ran).toHaveLength(1);
  const other = await openSession(url);
  await other.send(runOf("send"));
  expect(library.ran).toHaveLength(2);
});

test("without sessions a call is named by the client, and else by nothing", async () => {
  const { url, library } = await start();
  const call = (more: object) =>
    wireCurrent(url, { method: "tools/call", params: runOf("send", 1, more).params });
  await call({ callId: "mine" });
  await call({ callId: "mine" });
  expect(library.ran).toHaveLength(1);
  await call({});
  await call({});
  expect(library.ran).toHaveLength(3);
});

// Mutant: leaving out `sweep` in `handle`.
test("a session that nobody uses ends", async () => {
  let now = Date.now();
  const { url, gateway } = await start({ clock: { unix: () => now } });
  const { send } = await openSession(url);
  now += 29 * 60_000;
  expect((await send(LIST)).status).toBe(200);
  await eventually(async () => (await gateway.metric("mcp_sessions")) === 1, {
    withinMs: 20_000,
  });
  now += 31 * 60_000;
  expect((await send(LIST)).status).toBe(404);
  expect(await gateway.metric("mcp_sessions")).toBe(0);
});

test("a tenant's newest session takes the place of its oldest idle one", async () => {
  const mcp = { ...DEFAULT_LIMITS.mcp, sessionsPerTenantMax: 2 };
  const { url, gateway } = await start({ limits: { mcp } });
  const opened = [await openSession(url), await openSession(url), await openSession(url)];
  expect(await gateway.metric("mcp_sessions")).toBe(2);
  const answers = await Promise.all(opened.map(({ send }) => send(LIST)));
  expect(answers.map(({ status }) => status)).toEqual([404, 200, 200]);
});

test("a tenant with too many calls in work is told so", async () => {
  const mcp = { ...DEFAULT_LIMITS.mcp, callsInFlightMax: 1 };
  const { url, library } = await start({ limits: { mcp } });
  const { send } = await openSession(url);
  const slow = send(runOf("slow", 1)).catch(() => undefined);
  await eventually(() => library.ran.length === 1, { withinMs: 20_000 });
  const refused = await send(runOf("send", 2));
  expect(refused.body.result?._meta).toMatchObject({ "lilux/error": { code: "overloaded" } });
  await send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 1 } });
  await eventually(() => library.aborted.length === 1, { withinMs: 20_000 });
  await send(undefined, {}, "DELETE");
  await slow;
});

// Mutant: leaving out `calls.idle` in `drain`.
test("a stopping gateway lets a running call end, and takes no new one", async () => {
  const release = Promise.withResolvers<void>();
  const { kiwi } = scriptedLibrary({ local: ITEMS });
  let begun = 0;
  const search: typeof kiwi.search = async (...given) => {
    begun += 1;
    await release.promise;
    return kiwi.search(...given);
  };
  const { url, gateway } = await start({ kiwi: { ...kiwi, search } });
  const params = { name: "search", arguments: { item_type: "script", query: "send" } };
  const running = wireCurrent(url, { method: "tools/call", params });
  await eventually(() => begun === 1, { withinMs: 20_000 });
  const seen = eventually(
    async () => {
      const answer = await wireCurrent(url, { method: "tools/list" });
      return answer.status === 503 && answer.body.error?.data?.code === "shutting_down";
    },
    { withinMs: 20_000 },
  );
  const stopped = gateway.stop();
  await seen;
  release.resolve();
  expect((await running).body.result).toMatchObject({ structuredContent: { total: 1 } });
  await stopped;
});

test("digits of a message arrive as they were sent, or are refused by name", async () => {
  const { url, library } = await start();
  const { send } = await openSession(url);
  const message = (parameters: string) =>
    JSON.stringify(runOf("send", 7, { parameters: {} })).replace(
      '"parameters":{}',
      `"parameters":{${parameters}}`,
    );
  await send(message('"id":1349021875512938561,"version":1.10'));
  expect(library.asked.at(-1)?.arguments.parameters).toEqual({
    id: "1349021875512938561",
    version: "1.10",
  });
  const { status, body } = await send(message('"rows":[-0]'));
  expect({ status, body }).toMatchObject({
    status: 400,
    body: {
      error: { data: { details: { field: "params.arguments.parameters.rows.0" } } },
    },
  });
});

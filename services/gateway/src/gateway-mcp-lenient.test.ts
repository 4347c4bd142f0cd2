import { eventually } from "@lilux/testkit";
import { afterEach, expect, test } from "vitest";
import { initialize, wire } from "./testing/mcp-wire.ts";
import { itemNamed, scriptedLibrary } from "./testing/scripted-library.ts";
import { startGateway } from "./testing/start-gateway.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function start() {
  const library = scriptedLibrary({ local: [itemNamed("send"), itemNamed("slow")] });
  const gateway = await startGateway({ kiwi: library.kiwi });
  closing.push(() => gateway.stop());
  return { library, gateway, url: `${gateway.http}/mcp` };
}

async function openSession(url: string): Promise<Record<string, string>> {
  const answer = await wire(url, initialize());
  return { "mcp-session-id": answer.headers.get("mcp-session-id") ?? "" };
}

const LIST = { jsonrpc: "2.0", id: 5, method: "tools/list", params: {} };
const callOf = (name: string, given: unknown) => ({
  jsonrpc: "2.0",
  id: 7,
  method: "tools/call",
  params: { name, arguments: given },
});

/** The protocol library sends its first keep-alive after 15 s. */
const BEFORE_ANY_KEEP_ALIVE = { timeout: 10_000 };

/** Resolves with the head of the answer; the answer itself is let go at the end of the test. */
async function headOf(url: string, init: RequestInit): Promise<Response> {
  const abort = new AbortController();
  closing.push(async () => abort.abort());
  return fetch(url, { ...init, signal: abort.signal });
}

// Mutant: answering without OPENING. The first keep-alive then comes after 15 s, past the test's end.
test(
  "the head of a stream for changes comes before any change",
  BEFORE_ANY_KEEP_ALIVE,
  async () => {
    const { url } = await start();
    const session = await openSession(url);
    const answer = await headOf(url, { headers: { ...session, accept: "text/event-stream" } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
  },
);

test("the head of a slow call's answer comes while it runs", BEFORE_ANY_KEEP_ALIVE, async () => {
  const { url, library } = await start();
  const session = await openSession(url);
  const answer = await headOf(url, {
    method: "POST",
    headers: { ...session, "content-type": "application/json", accept: "*/*" },
    body: JSON.stringify(
      callOf("execute", { item_type: "script", item_id: "slow", action: "run" }),
    ),
  });
  expect(answer.status).toBe(200);
  await eventually(() => library.ran.length === 1, { withinMs: 20_000 });
  expect(library.aborted).toEqual([]);
});

test("a session ends by DELETE with a content type and no body", async () => {
  const { url, gateway } = await start();
  const session = await openSession(url);
  const headers = { ...session, "content-type": "application/json" };
  expect((await fetch(url, { method: "DELETE", headers })).status).toBe(200);
  expect(await gateway.metric("mcp_sessions")).toBe(0);
});

test.each(["HEAD", "PUT", "PATCH", "OPTIONS"])(
  "%s is refused with what is allowed",
  async (method) => {
    const { url } = await start();
    const answer = await fetch(url, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("DELETE, GET, POST");
  },
);

const EVENTS = "text/event-stream";
const JSON_ALONE = "application/json; charset=utf-8";
test.each([
  ["*/*", EVENTS],
  ["APPLICATION/JSON, Text/Event-Stream", EVENTS],
  ["application/json;q=0.9, text/event-stream;q=0.1", EVENTS],
  ["text/html, */*;q=0.8", EVENTS],
  ["text/event-stream", EVENTS],
  ["", EVENTS],
  ["application/json", JSON_ALONE],
  ["application/*", JSON_ALONE],
  ["application/json, text/event-stream;q=0", JSON_ALONE],
])("who accepts %j is answered in a form it reads", async (accept, type) => {
  const { url } = await start();
  const session = await openSession(url);
  const answer = await wire(url, { body: LIST, headers: { ...session, accept } });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe(type);
  expect(answer.body).toMatchObject({ id: 5, result: { tools: expect.any(Array) } });
});

test("who reads neither form is told so", async () => {
  const { url } = await start();
  const session = await openSession(url);
  const answer = await wire(url, { body: LIST, headers: { ...session, accept: "image/png" } });
  expect(answer.status).toBe(406);
});

test("an argument that may be left out may be null, and so may all of them", async () => {
  const { url } = await start();
  const session = await openSession(url);
  const ask = (body: unknown) => wire(url, { body, headers: session });
  const search = { item_type: "tool", query: "send", source: null, limit: null };
  expect((await ask(callOf("search", search))).body.result).toMatchObject({
    structuredContent: { total: 1 },
  });
  expect((await ask(callOf("help", null))).body.result).toMatchObject({
    structuredContent: { topic: "overview" },
  });
  expect((await ask(callOf("help", { topic: null }))).body.result?.isError ?? false).toBe(false);
});

test("an argument that must be there may not be null", async () => {
  const { url } = await start();
  const session = await openSession(url);
  const body = callOf("search", { item_type: "script", query: null });
  expect((await wire(url, { body, headers: session })).body.result).toMatchObject({
    isError: true,
    _meta: { "lilux/error": { code: "invalid_request", details: { field: "query" } } },
  });
});

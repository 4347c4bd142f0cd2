import type { ExecuteRequest, LoadRequest, SearchRequest, TurnEvent } from "@lilux/protocol";
import { LiluxError } from "@lilux/protocol";
import type { RunTurn } from "@lilux/rpc";
import { eventually, untypedEnums } from "@lilux/testkit";
import { expect, test } from "vitest";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { itemNamed, scriptedLibrary } from "./testing/scripted-library.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor, type TestGateway } from "./testing/start-gateway.ts";

async function call(
  { http }: TestGateway,
  path: string,
  { body, headers = {}, method = body === undefined ? "GET" : "POST" }: RequestParts = {},
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await fetch(`${http}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: text }),
  });
  const answered = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, body: answered, headers: answer.headers };
}

interface RequestParts {
  body?: unknown;
  headers?: Record<string, string>;
  method?: string;
}

test("predict answers with every ranked call, also those too unsure to show", async () => {
  const gateway = await startForTest({
    route: (request) => predictionOf(request, [searchFor(request.text, 0.3)]),
  });
  const answer = await call(gateway, "/v1/predict", { body: { text: "email" } });
  expect(answer).toMatchObject({
    status: 200,
    body: { candidates: [{ confidence: 0.3 }], context: "cold", noCallConfidence: 0.1 },
  });
});

// Mutant: `tellWhenToRetry` for limits alone: of a part that is away nobody is told when to come again.
test("predict without a router says so, and when to come again; what is asked wrongly is not to come again", async () => {
  const gateway = await startForTest();
  const ask = (path: string, body: object): Promise<Response> =>
    fetch(`${gateway.http}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const answer = await ask("/v1/predict", { text: "email" });
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "1"]);
  expect(await answer.json()).toMatchObject({ code: "router_unavailable", retryable: true });
  const wrong = await ask("/v1/predict", { words: "email" });
  expect([wrong.status, wrong.headers.get("retry-after")]).toEqual([400, null]);
});

test("tool is taken for script, and the tenant is the key's", async () => {
  const asked: SearchRequest[] = [];
  const gateway = await startForTest({
    config: { apiKeys: [keyFor("acme", "secret-1")] },
    kiwi: {
      search: async (request) => {
        asked.push(request);
        return { query: "x", source: "local", results: [], total: 0 };
      },
    },
  });
  const body = { item_type: "tool", query: "email" };
  const headers = { authorization: "Bearer secret-1" };
  expect((await call(gateway, "/v1/search", { body, headers })).status).toBe(200);
  expect(asked).toEqual([{ tenant: "acme", arguments: { item_type: "script", query: "email" } }]);
});

function asksFor({ callId }: { callId?: string | undefined }): LiluxError {
  const question = { callId, callDigest: "d".repeat(64), nonce: "n-1" };
  return new LiluxError("confirm_required", { details: { ...question, why: "It deletes a." } });
}

test("a call that waits for a yes is answered with the question, and runs with its answer", async () => {
  const asked: ExecuteRequest[] = [];
  const gateway = await startForTest({
    kiwi: {
      async *execute(request) {
        asked.push(request);
        if (request.confirmation === undefined) throw asksFor(request);
        yield {
          type: "result",
          result: {
            status: "success",
            item_type: "script",
            item_id: "a",
            action: "delete",
            data: null,
            metadata: { durationMs: 1 },
          },
        };
      },
    },
  });
  const body = { item_type: "script", item_id: "a", action: "delete" };
  const refused = await call(gateway, "/v1/execute", { body });
  expect(refused).toMatchObject({ status: 428, body: { code: "confirm_required" } });
  const { callId, callDigest, nonce } = refused.body["details"] as Record<string, string>;
  expect(refused.body["message"]).toContain("It deletes a.");
  const confirmation = { callId, callDigest, nonce };
  const done = await call(gateway, "/v1/execute", { body: { ...body, confirmation } });
  expect(done).toMatchObject({ status: 200, body: { status: "success" } });
  expect(asked[1]).toMatchObject({ confirmation });
});

// Mutants: `actorOf` answering `person` always; the header believed for more than it takes away.
test("whoever holds the credential is a person, unless they say that they speak for a model", async () => {
  const asked: (ExecuteRequest | LoadRequest)[] = [];
  const gateway = await startForTest({
    kiwi: {
      execute(request) {
        asked.push(request);
        throw new LiluxError("item_not_found");
      },
      async load(request) {
        asked.push(request);
        if (request.confirmation === undefined) throw asksFor(request);
        throw new LiluxError("item_not_found");
      },
    },
  });
  const run = { item_type: "script", item_id: "a", action: "run" };
  const pull = {
    item_type: "script",
    item_id: "@b/a",
    source: "registry",
    destination: "project",
  };
  for (const said of [undefined, "person", "model", "directive", "anything"]) {
    const headers: Record<string, string> = said === undefined ? {} : { "lilux-caller": said };
    await call(gateway, "/v1/execute", { body: run, headers });
    await call(gateway, "/v1/load", { body: pull, headers });
  }
  const by = asked.map((request) => request.by);
  expect(by.slice(0, 4)).toEqual(Array(4).fill("person"));
  expect(by.slice(4)).toEqual(Array(6).fill("model"));
  const refused = await call(gateway, "/v1/load", { body: pull });
  expect(refused).toMatchObject({ status: 428, body: { code: "confirm_required" } });
  const { callId, callDigest, nonce } = refused.body["details"] as Record<string, string>;
  const confirmation = { callId, callDigest, nonce };
  const body = { ...pull, confirmation };
  expect((await call(gateway, "/v1/load", { body })).status).toBe(404);
  expect(asked.at(-1)).toMatchObject({ callId, confirmation });
  // Nobody writes it into a body.
  for (const extra of [{ by: "person" }, { tainted: false }]) {
    expect((await call(gateway, "/v1/execute", { body: { ...run, ...extra } })).status).toBe(400);
    expect((await call(gateway, "/v1/load", { body: { ...pull, ...extra } })).status).toBe(400);
  }
});

test("an execute that is read as a stream tells progress, then its result or its error", async () => {
  const library = scriptedLibrary({
    local: [itemNamed("send"), itemNamed("wipe", { effect: "destructive" })],
  });
  const { http } = await startForTest({ kiwi: library.kiwi });
  const stream = async (item_id: string): Promise<string> => {
    const answer = await fetch(`${http}/v1/execute`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ item_type: "script", item_id, action: "run" }),
    });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    return answer.text();
  };
  expect((await stream("send")).match(/(?<=^event: ).+$/gm)).toEqual(["progress", "result"]);
  const refused = await stream("wipe");
  expect(refused).toMatch(/^event: error\ndata: .*"confirm_required".*"callDigest"/);
});

// Mutant: naming every execute by chance.
test("an execute that is sent again under its callId runs once", async () => {
  const library = scriptedLibrary({ local: [itemNamed("send")] });
  const gateway = await startForTest({ kiwi: library.kiwi });
  const body = { item_type: "script", item_id: "send", action: "run", callId: "mine" };
  const first = await call(gateway, "/v1/execute", { body });
  expect((await call(gateway, "/v1/execute", { body })).body).toEqual(first.body);
  expect(library.ran).toHaveLength(1);
});

test.each<[string, string, RequestParts, number, string]>([
  ["an address nobody has", "/v1/nothing", {}, 404, "not_found"],
  ["a method nobody takes", "/v1/predict", { method: "DELETE" }, 405, "method_not_allowed"],
  ["a body that is not JSON", "/v1/predict", { body: "{nope" }, 400, "invalid_request"],
  ["an empty body", "/v1/predict", { body: "" }, 400, "invalid_request"],
  ["a missing field", "/v1/predict", { body: {} }, 400, "invalid_request"],
  ["an unknown field", "/v1/predict", { body: { text: "a", tenant: "x" } }, 400, "invalid_request"],
  [
    "a body too large",
    "/v1/predict",
    { body: { text: "a".repeat(70_000) } },
    413,
    "frame_too_large",
  ],
  ["a limit out of bounds", "/v1/items?limit=0", {}, 400, "invalid_request"],
  ["a socket's address without an upgrade", "/v1/session", {}, 400, "unsupported_protocol"],
  [
    "a body of another kind",
    "/v1/predict",
    { body: "text=a", headers: { "content-type": "text/plain" } },
    400,
    "invalid_request",
  ],
])("%s is refused with a typed error", async (_name, path, parts, status, code) => {
  const answer = await call(await startForTest(), path, parts);
  expect(answer).toMatchObject({ status, body: { code, retryable: false } });
  expect(answer.body["message"]).toMatch(/\.$/);
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
});

test("an internal mistake is not told in detail", async () => {
  const gateway = await startForTest();
  const answer = await call(gateway, "/v1/items");
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer.body)).not.toContain("scripted");
});

test("items come by pages, and broken files are listed", async () => {
  const item = (id: string) => ({
    item_type: "script" as const,
    item_id: id,
    qualified_id: `x/${id}`,
    name: id,
    description: "",
    category: "x",
    source: "project" as const,
    version: "1",
    tags: [],
    inputs: [],
    effect: "read" as const,
    content_hash: "0",
  });
  const broken = {
    item_type: "directive" as const,
    source: "project" as const,
    path: "directives/a.md",
    line: 3,
    column: 1,
    cause: "no directive",
    fix: "add one",
  };
  const gateway = await startForTest({
    kiwi: {
      listItems: async () => ({
        version: "v1",
        items: ["a", "b", "c"].map(item),
        broken: [broken],
      }),
    },
  });
  const first = await call(gateway, "/v1/items?limit=2&item_type=tool");
  expect(first.body).toMatchObject({ total: 3, nextOffset: 2, brokenTotal: 0 });
  const last = await call(gateway, "/v1/items?limit=2&offset=2");
  expect(last.body).toMatchObject({ items: [{ item_id: "c" }] });
  expect(last.body).not.toHaveProperty("nextOffset");
  const listed = await call(gateway, "/v1/items?broken=true");
  expect(listed.body).toMatchObject({ items: [], broken: [broken] });
});

test("a turn is streamed as events, asks for its confirm, and goes on with it", async () => {
  const runTurn: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
    const { turnId } = turn;
    yield { type: "turn-start", turnId, path: "fast" };
    const ask = { type: "confirm-request", turnId, callId: "c1", effect: "destructive" } as const;
    const target = { item_type: "script", item_id: "a", action: "delete" } as const;
    yield { ...ask, call: { name: "execute", arguments: target }, reason: "it deletes" };
    for await (const command of commands) {
      if (command.type === "confirm") break;
    }
    yield { type: "turn-end", turnId, outcome: "completed" };
  };
  const gateway = await startForTest({ runTurn });
  const answer = await fetch(`${gateway.http}/v1/turns`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "delete a", turnId: "t1" }),
  });
  expect(answer.headers.get("content-type")).toContain("text/event-stream");
  const whole = answer.text();
  const confirm = { callId: "c1", approve: true };
  await eventually(
    async () => (await call(gateway, "/v1/turns/t1/confirm", { body: confirm })).status === 202,
    { withinMs: 20_000 },
  );
  const types = [...(await whole).matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
  expect(types).toEqual(["turn-accepted", "turn-start", "confirm-request", "turn-end"]);
  const late = await call(gateway, "/v1/turns/t1/confirm", { body: confirm });
  expect(late).toMatchObject({ status: 404, body: { code: "unknown_turn" } });
});

// Mutant: leaving out the cancel where the reply closes, the turn runs on.
test("a caller that goes away cancels its turn", async () => {
  let isCancelled = false;
  const runTurn: RunTurn = async function* ({ turn }, { commands }): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", turnId: turn.turnId, path: "slow" };
    for await (const command of commands) {
      if (command.type === "cancel") break;
    }
    isCancelled = true;
    yield { type: "turn-end", turnId: turn.turnId, outcome: "cancelled" };
  };
  const gateway = await startForTest({ runTurn });
  const abort = new AbortController();
  const answer = await fetch(`${gateway.http}/v1/turns`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "long work" }),
    signal: abort.signal,
  });
  await answer.body?.getReader().read();
  abort.abort();
  await eventually(() => isCancelled, { withinMs: 20_000 });
});

test("the description lists every route with its schemas", async () => {
  const { body } = await call(await startForTest(), "/openapi.json");
  expect(Object.keys(body["paths"] as object)).toEqual(
    expect.arrayContaining([
      "/v1/predict",
      "/v1/search",
      "/v1/load",
      "/v1/execute",
      "/v1/turns",
      "/v1/turns/{turnId}/confirm",
      "/v1/items",
      "/v1/tickets",
      "/health/ready",
    ]),
  );
  expect(JSON.stringify(body)).toContain("item_type");
  expect(untypedEnums(body)).toEqual([]);
});

test("an address that is there names the methods it takes", async () => {
  // Fails when method-book forgets the parts of an address that a caller fills in.
  const gateway = await startForTest({ kiwi: scriptedLibrary({ local: [] }).kiwi });
  const allowed = async (path: string, method: string) => {
    const { status, headers } = await fetch(`${gateway.http}${path}`, { method });
    return [status, headers.get("allow")];
  };
  expect(await allowed("/v1/predict", "HEAD")).toEqual([405, "POST"]);
  expect(await allowed("/v1/turns/t1/confirm", "GET")).toEqual([405, "POST"]);
  expect(await allowed("/v1/items?limit=1", "POST")).toEqual([405, "GET, HEAD"]);
  expect(await allowed("/v1/items/", "PROPFIND")).toEqual([405, "GET, HEAD"]);
  expect(await allowed("/v1/items", "HEAD")).toEqual([200, null]);
  expect(await allowed("/v1/turns//confirm", "GET")).toEqual([404, null]);
  expect(await allowed("/v1/session", "HEAD")).toEqual([400, null]);
});

test.each([
  ["/v1/tickets", 201],
  ["/v1/turns/nobodys/cancel", 404],
  ["/v1/search", 400],
])("%s with a content type and no body is no bad JSON", async (path, status) => {
  const gateway = await startForTest();
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${gateway.http}${path}`, { method: "POST", headers });
  expect(answer.status).toBe(status);
  expect(await answer.text()).not.toContain("not JSON");
});

test("health says live and ready", async () => {
  const gateway = await startForTest();
  expect((await call(gateway, "/health/live")).body).toEqual({ status: "live" });
  expect((await call(gateway, "/health/ready")).body).toEqual({ ready: true, reasons: [] });
});

test("digits of a body arrive as they were sent, or are refused by name", async () => {
  const { kiwi, asked } = scriptedLibrary({ local: [itemNamed("report")] });
  const gateway = await startForTest({ kiwi });
  const body = (parameters: string) =>
    `\uFEFF{"item_type":"script","item_id":"report","action":"run","parameters":{${parameters}}}`;
  const kept = '"a":1349021875512938561,"b":1.10,"c":1e5,"d":-0,"e":1e400,"f":12';
  await call(gateway, "/v1/execute", { body: body(kept) });
  expect(asked[0]?.arguments.parameters).toEqual({
    a: "1349021875512938561",
    b: "1.10",
    c: "1e5",
    d: "-0",
    e: "1e400",
    f: 12,
  });
  for (const path of ["/v1/execute", "/v1/predict", "/v1/turns"]) {
    const answer = await call(gateway, path, { body: body('"rows":[{"id":9007199254740993}]') });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "invalid_request", details: { field: "parameters.rows.0.id" } },
    });
  }
  expect(asked).toHaveLength(1);
});

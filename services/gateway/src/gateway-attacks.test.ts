import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInProcessBus } from "@lilux/bus";
import type { Database } from "@lilux/database";
import { LiluxError, type TurnEvent } from "@lilux/protocol";
import type { KiwiApi, KiwiCallOptions, RunTurn } from "@lilux/rpc";
import { eventually } from "@lilux/testkit";
import { startIdentityProvider } from "@lilux/testkit/companies";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { wireCurrent } from "./testing/mcp-wire.ts";
import { openTenantDatabase } from "./testing/open-tenant-database.ts";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import {
  ask,
  bearer,
  newKey,
  newTenant,
  OPERATOR,
  OPERATOR_KEYS,
} from "./testing/records-client.ts";
import { type JsonSchema, sampleOf } from "./testing/sample-of.ts";
import { completes } from "./testing/scripted-turns.ts";
import { openSession, openSocket, type SocketClient } from "./testing/socket-client.ts";
import { startGateway, type TestGateway } from "./testing/start-gateway.ts";

vi.setConfig({ testTimeout: 240_000 });

/** Everything that a door may be asked for by name. */
type Ids = Readonly<
  Record<
    | "tenant"
    | "keyId"
    | "person"
    | "turnId"
    | "callId"
    | "approvalId"
    | "item_id"
    | "id"
    | "name"
    | "model"
    | "version"
    | "predictionId"
    | "sessionId"
    | "resumeToken"
    | "uri"
    | "namespace"
    | "delegate"
    | "reportId",
    string
  >
>;

/** What was asked of the tool core and over the bus. */
const inside: { what: string; tenant: string; mandate: string | undefined }[] = [];
let database: Database;
let provider: Awaited<ReturnType<typeof startIdentityProvider>>;
let gateway: TestGateway;
let rivalsKey: string;
/** Of the rival's, and shown every tool that there is. */
let rivalsApprover: string;
let rivalsProvider: typeof provider;
let rival: string;
let victimsKey: string;
let victim: SocketClient;
let theirs: Ids;
let nobodys: Ids;

const NOTHING = { version: "1", items: [], broken: [] };

/** A tool core that has something of the victim's alone, and notes who asks for whom. */
function watchedKiwi(victims: () => string): Partial<KiwiApi> {
  const note = (what: string, { tenant }: { tenant: string }, options?: KiwiCallOptions): void =>
    void inside.push({ what, tenant, mandate: options?.mandate?.tenant });
  const only = <T>(tenant: string, answer: T): T => {
    if (tenant === victims()) return answer;
    throw new LiluxError("item_not_found");
  };
  const result = {
    status: "success",
    item_type: "script",
    item_id: "item_theirs",
    action: "run",
    data: { canary: "canary-of-the-victim" },
    metadata: { durationMs: 1 },
  } as const;
  return {
    async search(request, options) {
      note("search", request, options);
      return { query: "", source: "local", results: [], total: 0 };
    },
    async load(request, options) {
      note("load", request, options);
      return only(request.tenant, {} as never);
    },
    async *execute(request, options) {
      note("execute", request, options);
      yield only(request.tenant, { type: "result", result } as const);
    },
    async discover(request, options) {
      note("discover", request, options);
      return { candidates: [] };
    },
    async listItems(request, options) {
      note("listItems", request, options);
      return NOTHING;
    },
    async recallRun(request, options) {
      note("recallRun", request, options);
      return only(request.tenant, result);
    },
    async readArtifact(request, options) {
      note("readArtifact", request, options);
      return only(request.tenant, { bytes: 1, content: "YQ==" });
    },
    async secrets(request, options) {
      note("secrets", request, options);
      return { secrets: [] };
    },
  };
}

/** The victim's turn waits for a yes; everybody else's is done at once. */
function turnsOf(victims: () => string): RunTurn {
  return async function* (request, options): AsyncGenerator<TurnEvent> {
    const { tenant, turnId } = request.turn;
    if (tenant !== victims()) return yield* completes(request, options);
    const call = {
      name: "execute",
      arguments: { item_type: "script", item_id: "item_theirs", action: "delete", parameters: {} },
    } as const;
    yield { type: "turn-start", turnId, path: "slow" };
    yield {
      type: "confirm-request",
      turnId,
      callId: "call-theirs",
      call,
      effect: "destructive",
      reason: "destructive",
    };
    for await (const command of options.commands) if (command.type === "confirm") break;
    yield { type: "turn-end", turnId, outcome: "completed" };
  };
}

beforeAll(async () => {
  database = await openTenantDatabase();
  provider = await startIdentityProvider();
  let victims = "";
  const bus = createInProcessBus();
  const { request } = bus;
  bus.request = (subject, body, options) => {
    const [, , tenant = ""] = subject.split(".");
    inside.push({ what: subject.split(".").slice(3, 4).join(), tenant, mandate: undefined });
    return request.call(bus, subject, body, options);
  };
  gateway = await startGateway({
    bus,
    tenantDatabase: database,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
    route: (asked) => predictionOf(asked, [searchFor("look")]),
    runTurn: turnsOf(() => victims),
    listModels: async () => [],
    kiwi: watchedKiwi(() => victims),
  });
  victims = await newTenant(gateway);
  rival = await newTenant(gateway);
  const key = await newKey(gateway, victims, ["predict", "read", "run", "write", "admin"]);
  victimsKey = key.key;
  const scopes = ["predict", "read", "run", "write", "admin", "metrics"] as const;
  rivalsKey = (await newKey(gateway, rival, scopes)).key;
  const people = `/v1/admin/tenants/${victims}/people/p_theirs`;
  await ask(gateway, OPERATOR, ["PUT", people, { role: "viewer" }]);
  const { issuer, jwksUrl } = provider;
  const approving = {
    settings: { approvals: { destructive: "second-person" } },
    signIn: { issuer, audience: "lilux", jwksUrl, roleClaim: "role" },
  };
  await ask(gateway, OPERATOR, ["PATCH", `/v1/admin/tenants/${victims}`, approving]);
  rivalsProvider = await startIdentityProvider();
  const { issuer: rivals, jwksUrl: rivalsKeys } = rivalsProvider;
  const signIn = { ...approving.signIn, issuer: rivals, jwksUrl: rivalsKeys };
  await ask(gateway, OPERATOR, ["PATCH", `/v1/admin/tenants/${rival}`, { ...approving, signIn }]);
  rivalsApprover = await rivalsProvider.token({ sub: "approver", role: "approver" });
  victim = await openSession({ port: gateway.port, headers: bearer(victimsKey) });
  victim.send({ type: "ask", turnId: "turn-theirs", text: "go" });
  await victim.next("confirm-request");
  const approver = await provider.token({ sub: "approver", role: "approver" });
  const { body } = await ask(gateway, approver, ["GET", "/v1/approvals"]);
  const [waiting] = (body as { waiting: { approvalId: string }[] }).waiting;
  if (waiting === undefined) throw new Error("the victim's turn waits for nobody");
  const [start] = victim.frames;
  const session = start?.type === "session-start" ? start : undefined;
  theirs = {
    tenant: victims,
    keyId: key.record.keyId,
    person: "p_theirs",
    turnId: "turn-theirs",
    callId: "call-theirs",
    approvalId: waiting.approvalId,
    item_id: "item_theirs",
    id: "item_theirs",
    name: "nametheirs",
    model: "model-theirs",
    version: "1.2.3",
    predictionId: "prediction-theirs",
    sessionId: session?.sessionId ?? "",
    resumeToken: "t".repeat(session?.resumeToken.length ?? 8),
    uri: "lilux://script/item_theirs",
    namespace: victims,
    delegate: "person:theirs",
    reportId: "918273",
  };
  nobodys = {
    tenant: "nobody-there",
    keyId: "BBBBBBBBBBBB",
    person: "p_nobody",
    turnId: "turn-nobody",
    callId: "call-nobody",
    approvalId: `a_${"n".repeat(22)}`,
    item_id: "item_nobody",
    id: "item_nobody",
    name: "namenobody",
    model: "model-nobody",
    version: "3.2.1",
    predictionId: "prediction-nobody",
    sessionId: crypto.randomUUID(),
    resumeToken: "n".repeat(session?.resumeToken.length ?? 8),
    uri: "lilux://script/item_nobody",
    namespace: "nobody-there",
    delegate: "person:nobody",
    reportId: "918274",
  };
}, 300_000);
afterAll(async () => {
  await gateway.stop();
  await provider.close();
  await rivalsProvider.close();
  await database.close();
});

/** The same answer, whoever's ids were asked for: they, and what is new in each answer, by their kinds. */
function blind(text: string, ids: Ids): string {
  let shown = text;
  for (const [kind, id] of Object.entries(ids)) {
    if (id !== "") shown = shown.replaceAll(id, `<${kind === "id" ? "item_id" : kind}>`);
  }
  return shown
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\b[\w-]*[0-9a-f]{24,}\b/g, "<new>")
    .replaceAll(/\b\d{9,13}\b|\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/p-s_[\w-]+/g, "<new>")
    .replaceAll(/"(sessionId|resumeToken|ticket|key)":"[^"]+"/g, '"$1":"<new>"')
    .replaceAll(/"(durationMs|routeMs|offset)":[\d.]+/g, '"$1":0');
}

/** What the parts behind the doors are asked while somebody asks a door. */
async function watched<T>(work: () => Promise<T>): Promise<{ answer: T; work: string[] }> {
  const from = inside.length;
  const answer = await work();
  const asked = inside.slice(from);
  for (const { what, tenant, mandate } of asked) {
    if (tenant === theirs.tenant || (mandate ?? tenant) !== tenant) {
      throw new Error(`${what} was asked for ${tenant}, with the mandate of ${mandate}`);
    }
  }
  return { answer, work: asked.map(({ what }) => what).toSorted() };
}

interface Door {
  method: string;
  path: string;
  body: JsonSchema | undefined;
}

interface OpenApi {
  paths: Record<
    string,
    Record<string, { requestBody?: { content?: Record<string, { schema?: JsonSchema }> } }>
  >;
}

let document: OpenApi;
async function restDoors(): Promise<Door[]> {
  document = (await (await fetch(`${gateway.http}/openapi.json`)).json()) as OpenApi;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody?.content?.["application/json"]?.schema,
    })),
  );
}

/** Where the least value of the form is none that the door takes: what it wants besides. */
const WANTED: Readonly<Record<string, object>> = {
  "POST /v1/chat/completions": { messages: [{ role: "user", content: "hi" }] },
  "POST /v1/search": { item_type: "script", query: "look" },
  "PATCH /v1/admin/tenants/{tenant}/settings": { speculation: "off" },
};

async function callRest({ method, path, body }: Door, ids: Ids, key: string | undefined) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const id = Object.entries(ids).find(([kind]) => kind === name)?.[1];
    if (id === undefined) throw new Error(`no id for {${name}} of ${path}: name it in Ids`);
    return id;
  });
  // A name in a path is one of theirs; in a body it is a new one's.
  const {
    id: _id,
    name: _name,
    namespace: _namespace,
    tenant: _tenant,
    model: _model,
    version: _version,
    ...named
  } = ids;
  const given = body && {
    ...Object(sampleOf(body, { named, root: document })),
    ...WANTED[`${method} ${path}`],
  };
  const response = await fetch(`${gateway.http}${filled}`, {
    method,
    headers: {
      ...(key !== undefined && bearer(key)),
      ...(given && { "content-type": "application/json" }),
    },
    ...(given && { body: JSON.stringify(given) }),
  });
  return { status: response.status, text: await response.text() };
}

const PUBLIC = new Set(["/health/live", "/health/ready"]);
/** Opened by a signature: a credential is good for nothing there. */
const SIGNED = new Set(["/v1/hooks/git/{tenant}"]);
/** What a credential that is only good for usage opens: that, and what says whose it is. */
const OF_METRICS = /\/usage$|^\/v1\/me$/;

async function victimsState(): Promise<string> {
  const paths = ["", "/keys", "/people", "/records"];
  const answers = paths.map((path) =>
    ask(gateway, victimsKey, ["GET", `/v1/admin/tenants/${theirs.tenant}${path}`]),
  );
  const approvals = ask(gateway, victimsKey, ["GET", "/v1/approvals"]);
  const told = JSON.stringify(await Promise.all([...answers, approvals]));
  return told.replaceAll(/"lastUsedAt":(null|\d+)/g, "").replaceAll(/"\w*[mM]s":\d+/g, "");
}

// Mutants: a route without `config.verb`; `verbInTenant` answers `not_found` for a tenant that is not there.
test("every REST door is shut without a credential and with one that may nothing there, whoever's ids are named", async () => {
  const onlyMetrics = (await newKey(gateway, rival, ["metrics"])).key;
  const wrong: string[] = [];
  for (const door of await restDoors()) {
    if (PUBLIC.has(door.path)) continue;
    for (const [key, wanted] of [
      [undefined, 401],
      [onlyMetrics, 403],
    ] as const) {
      const mine = { ...theirs, tenant: rival };
      if (key === onlyMetrics && SIGNED.has(door.path)) continue;
      if (key === onlyMetrics && OF_METRICS.test(door.path)) {
        expect((await callRest(door, mine, key)).status).toBe(200);
        continue;
      }
      const { answer: one, work } = await watched(() => callRest(door, theirs, key));
      const { answer: two } = await watched(() => callRest(door, nobodys, key));
      const isSame = blind(one.text, theirs) === blind(two.text, nobodys);
      if (one.status !== wanted || two.status !== wanted || !isSame || work.length > 0) {
        wrong.push(`${door.method} ${door.path}: ${one.status} ${one.text} | ${two.text}`);
      }
    }
  }
  expect(wrong).toEqual([]);
});

// Mutants: recalled runs, keys or approvals that are looked up by their id alone; an error that says "yours not".
test("no REST door tells another tenant's admin anything of a tenant, nor whether it has what they name", async () => {
  const before = await victimsState();
  const wrong: string[] = [];
  for (const door of await restDoors()) {
    if (PUBLIC.has(door.path)) continue;
    // In the asker's own tenant what is named is another's key, person or secret.
    const isAlsoOwn = /\{tenant\}.*\{/.test(door.path);
    for (const tenants of isAlsoOwn ? ["named", "own"] : ["named"]) {
      const idsOf = (ids: Ids): Ids => (tenants === "own" ? { ...ids, tenant: rival } : ids);
      const [asked, absent] = [idsOf(theirs), idsOf(nobodys)];
      const one = await watched(() => callRest(door, asked, rivalsKey));
      const two = await watched(() => callRest(door, absent, rivalsKey));
      const what = `${door.method} ${door.path} (${tenants})`;
      const told = `${one.answer.status} ${blind(one.answer.text, asked)} ${one.work.join()}`;
      const toldOfNothing = `${two.answer.status} ${blind(two.answer.text, absent)} ${two.work.join()}`;
      if (told !== toldOfNothing) wrong.push(`${what}: ${told} | ${toldOfNothing}`);
      if (one.answer.text.includes("canary")) wrong.push(`${what}: tells the victim's`);
      // Else the generator knocks at no door: give it in WANTED what the door wants besides.
      if (one.answer.text.includes('"invalid_request"')) wrong.push(`${what}: ${one.answer.text}`);
    }
  }
  expect(wrong).toEqual([]);
  expect(await victimsState()).toBe(before);
});

interface AsyncApi {
  channels: { session: { messages: Record<string, { payload: JsonSchema }> } };
  operations: { fromClient: { messages: { $ref: string }[] } };
}

/** What is told after such a frame has been dealt with; of all others nothing, or an error at once. */
const ENDS: Readonly<Record<string, "prediction" | "turn-end">> = {
  keystroke: "prediction",
  submit: "turn-end",
  ask: "turn-end",
  choose: "turn-end",
};

async function tellSocket(type: string, schema: JsonSchema, ids: Ids): Promise<string> {
  const frame = sampleOf(schema, { named: { ...ids, resume: resumeOf(ids) }, root: {} });
  const connect = type === "hello" ? openSocket : openSession;
  const client = await connect({ port: gateway.port, headers: bearer(rivalsKey) });
  client.send(Object(frame));
  const end = ENDS[type] ?? (type === "hello" ? "session-start" : undefined);
  if (end !== undefined) await client.next(end);
  // Frames are dealt with one after the other: this one's refusal is told after the other's answer.
  client.send({ type: "no-such-frame" });
  await client.next("error", ({ code }) => code === "unknown_frame_type");
  const frames = client.frames.map((told) => blind(JSON.stringify(told), ids)).toSorted();
  client.socket.close();
  await client.closed;
  return frames.join("\n");
}

function resumeOf({ sessionId, resumeToken }: Ids) {
  return { sessionId, resumeToken, offset: 0 };
}

// Mutants: turns, questions or sessions that are found by their id alone.
test("no frame of the socket reaches another tenant's turn, question or session, nor tells whether there is one", async () => {
  const path = join(import.meta.dirname, "..", "..", "..", "docs", "asyncapi.json");
  const { channels, operations } = JSON.parse(await readFile(path, "utf8")) as AsyncApi;
  const types = operations.fromClient.messages.map(({ $ref }) => $ref.split("/").at(-1) ?? "");
  const before = victim.frames.length;
  const wrong: string[] = [];
  for (const type of types) {
    const schema = channels.session.messages[type]?.payload;
    if (schema === undefined) throw new Error(`${type} is not described`);
    const { answer: told } = await watched(() => tellSocket(type, schema, theirs));
    const { answer: ofNothing } = await watched(() => tellSocket(type, schema, nobodys));
    if (told !== ofNothing) wrong.push(`${type}: ${told} | ${ofNothing}`);
    if (/"malformed_frame"|"invalid_request"/.test(told)) wrong.push(`${type}: ${told}`);
  }
  expect(wrong).toEqual([]);
  expect(victim.frames.slice(before).filter(({ type }) => type !== "prediction")).toEqual([]);
  victim.send({ type: "confirm", turnId: "turn-theirs", callId: "call-theirs", approve: false });
  await eventually(() => victim.frames.some(({ type }) => type === "turn-end"), {
    withinMs: 60_000,
  });
});

interface McpTool {
  name: string;
  inputSchema: JsonSchema;
}

test("no MCP tool or resource reaches another tenant's items or approvals, and none is told of without a credential", async () => {
  const url = `${gateway.http}/mcp`;
  const headers = bearer(rivalsApprover);
  const { body } = await wireCurrent(url, { method: "tools/list", headers });
  const tools = (body.result?.["tools"] ?? []) as McpTool[];
  expect(tools.map(({ name }) => name)).toContain("answer_approval");
  const asks = (ids: Ids) => [
    { method: "resources/read", params: { uri: ids.uri } },
    ...tools.flatMap(({ name, inputSchema }) => {
      const { item_id, approvalId } = ids;
      return [true, false].map((approve) => {
        const named = { item_id, approvalId, approve };
        const args = sampleOf(inputSchema, { named, root: inputSchema });
        return { method: "tools/call", params: { name, arguments: Object(args) } };
      });
    }),
  ];
  const wrong: string[] = [];
  for (const [index, asked] of asks(theirs).entries()) {
    const absent = asks(nobodys)[index] ?? asked;
    const one = await watched(() => wireCurrent(url, { ...asked, headers }));
    const two = await watched(() => wireCurrent(url, { ...absent, headers }));
    const told = blind(JSON.stringify([one.answer.status, one.answer.body, one.work]), theirs);
    const ofNothing = blind(
      JSON.stringify([two.answer.status, two.answer.body, two.work]),
      nobodys,
    );
    const what = JSON.stringify(asked);
    if (told !== ofNothing) wrong.push(`${what}: ${told} | ${ofNothing}`);
    if (told.includes("canary")) wrong.push(`${what}: ${told}`);
    const isTool = asked.method === "tools/call";
    if (isTool && /-32602|"invalid_request"/.test(told)) wrong.push(`${what}: ${told}`);
    const bare = await watched(() => wireCurrent(url, asked));
    if (bare.answer.status !== 401 || bare.work.length > 0) wrong.push(`${what} without a key`);
  }
  expect(wrong).toEqual([]);
});

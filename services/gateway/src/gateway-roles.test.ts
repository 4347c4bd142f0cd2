import { verbsOfKey, verbsOfRole } from "@lilux/core/access";
import type { Database } from "@lilux/database";
import { KEY_SCOPES, type Mandate, ROLES, type Role, VERBS, type Verb } from "@lilux/protocol";
import { type IdentityProvider, startIdentityProvider } from "@lilux/testkit/companies";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
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
import { completes } from "./testing/scripted-turns.ts";
import { openSession } from "./testing/socket-client.ts";
import { startGateway, type TestGateway } from "./testing/start-gateway.ts";

vi.setConfig({ testTimeout: 120_000 });

const item = { item_type: "script", item_id: "ops/flush" };
const reported = { item_type: "directive", item_id: "@acme/mail/ask", reason: "Sends twice." };
const load = { ...item, source: "project" };

/** What each route of the REST doors needs, by what is asked of it. A route that is missing here fails the test. */
const ROUTES: Readonly<
  Record<string, readonly (readonly [Verb, body?: object | undefined, query?: string])[]>
> = {
  "post /v1/tickets": [["predict"]],
  "get /v1/me": [["predict"]],
  "post /v1/predict": [["predict", { text: "look" }]],
  "post /v1/decisions": [["predict", {}]],
  "get /v1/models": [["predict"]],
  "get /v1/models/{model}": [["predict"]],
  "post /v1/search": [["read", {}]],
  "post /v1/load": [
    ["read", load],
    ["write", { ...load, destination: "user" }],
  ],
  "post /v1/execute": [
    ["run", { ...item, action: "run", parameters: {} }],
    ["write", { ...item, action: "create", parameters: {} }],
    ["write", { ...item, action: "delete", parameters: {} }],
    ["write", { ...item, action: "publish", parameters: {} }],
  ],
  "get /v1/items": [["read"]],
  "get /v1/items/{id}": [["read"]],
  "get /v1/approvals": [["approve"]],
  "get /v1/approvals/{approvalId}": [["run"]],
  "post /v1/approvals/{approvalId}": [["run", { approve: true }]],
  "get /v1/runs/{callId}": [["read"]],
  "get /v1/runs/{callId}/artifacts/{name}": [["read"]],
  "post /v1/turns": [["run", {}]],
  "post /v1/turns/{turnId}/confirm": [["predict", {}]],
  "post /v1/turns/{turnId}/cancel": [["run", {}]],
  "post /v1/chat/completions": [["run", {}]],
  "delete /v1/lessons": [["predict"], ["admin", undefined, "?whose=everybodys"]],
  "get /v1/phrasings": [["read"]],
  "post /v1/phrasings": [["write", {}]],
  "put /v1/phrasings": [["write", {}]],
  "delete /v1/phrasings": [["write"]],
  "get /v1/flywheel": [["read"]],
  "put /v1/flywheel/consent": [["admin", {}]],
  "put /v1/flywheel/part": [["predict", {}]],
  "get /v1/flywheel/turns": [["predict"]],
  "delete /v1/flywheel/turns": [["predict"], ["admin", undefined, "?whose=everybodys"]],
  "post /v1/flywheel/datasets": [["admin", {}]],
  "get /v1/flywheel/datasets": [["admin"]],
  "get /v1/flywheel/datasets/{version}": [["admin"]],
  "get /v1/flywheel/reviews": [["admin"]],
  "post /v1/flywheel/reviews": [["admin", {}]],
  "delete /v1/flywheel/reviews/last": [["admin"]],
  "get /v1/flywheel/noise": [["admin"]],
  "get /v1/flywheel/thresholds": [["admin"]],
  "put /v1/flywheel/thresholds": [["admin", {}]],
  "post /v1/flywheel/thresholds/fit": [["admin", {}]],
  "post /v1/flywheel/thresholds/rollback": [["admin", {}]],
  "post /v1/flywheel/runs": [["admin", {}]],
  "get /v1/flywheel/runs": [["admin"]],
  "post /v1/flywheel/fits": [["admin"]],
  "post /v1/flywheel/models": [["admin", {}]],
  "get /v1/flywheel/models": [["admin"]],
  "get /v1/flywheel/models/{model}": [["admin"]],
  "post /v1/flywheel/models/{model}/evaluations": [["admin", {}]],
  "post /v1/flywheel/models/{model}/promotion": [["admin", {}]],
  "post /v1/flywheel/rollback": [["admin", {}]],
  "get /v1/flywheel/switches": [["admin"]],
  "post /v1/admin/tenants": [["operate", {}]],
  "get /v1/admin/tenants": [["operate"]],
  "get /v1/admin/tenants/{tenant}": [["admin"]],
  "patch /v1/admin/tenants/{tenant}": [["admin", { settings: {} }]],
  "patch /v1/admin/tenants/{tenant}/settings": [["admin", { speculation: "on" }]],
  "delete /v1/admin/tenants/{tenant}": [["operate", {}]],
  "get /v1/admin/tenants/{tenant}/deletion": [["operate"]],
  "post /v1/admin/tenants/{tenant}/keys": [["admin", { name: "a", scopes: ["predict"] }]],
  "get /v1/admin/tenants/{tenant}/keys": [["admin"]],
  "post /v1/admin/tenants/{tenant}/keys/{keyId}/rotate": [["admin", { overlapMs: 0 }]],
  "delete /v1/admin/tenants/{tenant}/keys/{keyId}": [["admin"]],
  "get /v1/admin/tenants/{tenant}/people": [["admin"]],
  "put /v1/admin/tenants/{tenant}/people/{person}": [["admin", { role: "viewer" }]],
  "get /v1/admin/tenants/{tenant}/library": [["admin"]],
  "put /v1/admin/tenants/{tenant}/library": [["admin", { place: { kind: "folder" } }]],
  "get /v1/admin/tenants/{tenant}/usage": [["metrics"]],
  "get /v1/admin/tenants/{tenant}/records": [["admin"]],
  "get /v1/admin/tenants/{tenant}/secrets": [["admin"]],
  "put /v1/admin/tenants/{tenant}/secrets/{name}": [["admin", { value: "a long value" }]],
  "delete /v1/admin/tenants/{tenant}/secrets/{name}": [["admin"]],
  "post /v1/admin/secrets/rewrap": [["operate"]],
  "get /v1/registry/namespaces": [["read"]],
  "post /v1/registry/namespaces": [["admin", { namespace: "acme-labs" }]],
  "patch /v1/registry/namespaces/{namespace}": [["admin", { restricted: true }]],
  "put /v1/registry/namespaces/{namespace}/delegates/{delegate}": [["admin", {}]],
  "delete /v1/registry/namespaces/{namespace}/delegates/{delegate}": [["admin"]],
  "post /v1/registry/reports": [["predict", reported]],
  "get /v1/registry/notices": [["read"]],
  "get /v1/registry/records": [["admin"]],
  "get /v1/admin/registry/reports": [["operate"]],
  "delete /v1/admin/registry/reports/{reportId}": [["operate"]],
  "get /v1/admin/registry/take-downs": [["operate"]],
  "post /v1/admin/registry/take-downs": [["operate", reported]],
  "post /v1/admin/registry/put-backs": [["operate", reported]],
  "get /v1/admin/registry/namespaces": [["operate"]],
  "put /v1/admin/registry/namespaces/{namespace}": [["operate", { owner: null }]],
  "get /v1/admin/registry/records": [["operate"]],
  "get /v1/admin/tenants/{tenant}/publishers": [["admin"]],
  "post /v1/libraries": [
    ["write", { library: "@acme/mail", version: "1.0.0", items: [{ ...item }] }],
  ],
  "get /v1/libraries": [["read"]],
  "get /v1/subscriptions": [["read"]],
  "post /v1/subscriptions": [["write", { library: "@acme/mail" }]],
  "delete /v1/subscriptions/{namespace}/{name}": [["write"]],
  "get /v1/subscriptions/{namespace}/{name}/diff": [["read"]],
  "post /v1/subscriptions/{namespace}/{name}/apply": [
    ["write", { digest: "x" }],
    ["approve", { digest: "x", acceptEffects: true }],
  ],
  "post /v1/subscriptions/{namespace}/{name}/rollback": [["write"]],
  "put /v1/admin/tenants/{tenant}/publishers": [["admin", { publishers: null }]],
};
/** For whoever may any one of these; of all others, who may what the table says. */
const OR: Readonly<Record<string, readonly Verb[]>> = {
  "get /v1/me": VERBS,
  "get /v1/approvals/{approvalId}": ["run", "write", "approve"],
  "post /v1/approvals/{approvalId}": ["run", "write", "approve"],
};
/** Of nobody's, or of whoever signs. */
const OF_NOBODY = new Set(["get /health/live", "get /health/ready", "post /v1/hooks/git/{tenant}"]);

let database: Database;
let provider: IdentityProvider;
let gateway: TestGateway;
let tenant: string;
const mandates: (Mandate | undefined)[] = [];
const tokens = new Map<Role, string>();
/** Somebody of each role, and a key of each scope alone: a role has several verbs, which it hides from each other. */
const callers: { name: string; token: string; verbs: ReadonlySet<Verb> }[] = [];

beforeAll(async () => {
  database = await openTenantDatabase();
  provider = await startIdentityProvider();
  gateway = await startGateway({
    tenantDatabase: database,
    config: { operatorKeys: OPERATOR_KEYS, tenantsDatabaseUrl: "pglite:memory" },
    route: (request) => predictionOf(request, [searchFor("look")]),
    runTurn: async function* (request, options) {
      mandates.push(options.mandate);
      yield* completes(request, options);
    },
    kiwi: {
      async search(_request, options) {
        mandates.push(options?.mandate);
        return { results: [], total: 0 } as never;
      },
    },
  });
  tenant = await newTenant(gateway);
  const { issuer, jwksUrl } = provider;
  const signIn = { issuer, audience: "lilux", jwksUrl, roleClaim: "role" };
  await ask(gateway, OPERATOR, ["PATCH", `/v1/admin/tenants/${tenant}`, { signIn }]);
  for (const role of ROLES) {
    const token = await provider.token({ sub: role, role });
    tokens.set(role, token);
    callers.push({ name: role, token, verbs: verbsOfRole(role) });
  }
  for (const scope of KEY_SCOPES) {
    const { key } = await newKey(gateway, tenant, [scope]);
    const verbs = verbsOfKey([scope], undefined);
    callers.push({ name: `a key for ${scope}`, token: key, verbs });
  }
}, 300_000);
afterAll(async () => {
  await gateway.stop();
  await provider.close();
  await database.close();
});

function tokenOf(role: Role): string {
  const token = tokens.get(role);
  if (token === undefined) throw new Error(`no ${role}`);
  return token;
}

// Mutants: one route's verb is another, also one that the same roles have; `admitRequests` does not ask; a role has one verb more.
test("each role and each scope may at each route what its table says, and a route that is new is asked about here", async () => {
  const { paths } = (await (await fetch(`${gateway.http}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const known = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  const ours = known.filter((route) => !OF_NOBODY.has(route));
  expect(ours.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  const wrong: string[] = [];
  for (const [route, cases] of Object.entries(ROUTES)) {
    const [method = "", path = ""] = route.split(" ");
    const filled = path
      .replace("{tenant}", tenant)
      .replace("{keyId}", "AAAAAAAAAAAA")
      .replace("{approvalId}", `a_${"x".repeat(22)}`)
      .replaceAll(/\{\w+\}/g, "x");
    for (const [verb, body, query = ""] of cases) {
      for (const { name, token, verbs } of callers) {
        const response = await fetch(`${gateway.http}${filled}${query}`, {
          method: method.toUpperCase(),
          headers: {
            ...bearer(token),
            ...(body && { "content-type": "application/json" }),
          },
          ...(body && { body: JSON.stringify(body) }),
        });
        await response.body?.cancel();
        const isRefused = response.status === 403;
        const may = (OR[route] ?? [verb]).some((one) => verbs.has(one));
        if (isRefused === may || response.status === 401) {
          wrong.push(`${name} ${route}${query} (${verb}): ${response.status}`);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("over the socket a viewer types and runs nothing, and a turn of a member has a member's mandate", async () => {
  for (const role of ROLES) {
    const client = await openSession({ port: gateway.port, headers: bearer(tokenOf(role)) });
    client.send({ type: "keystroke", seq: 1, text: "look" });
    await client.next("prediction");
    mandates.length = 0;
    client.send({ type: "submit", turnId: `t-${role}`, text: "look" });
    if (!verbsOfRole(role).has("run")) {
      expect(await client.next("error")).toMatchObject({ code: "forbidden" });
      expect(mandates.filter((mandate) => mandate?.verbs.has("run"))).toEqual([]);
    } else {
      await client.next("turn-end");
      expect(mandates.at(-1)).toMatchObject({ tenant, verbs: verbsOfRole(role) });
    }
    client.socket.close();
    await client.closed;
  }
});

// Mutant: `optionsOf` of the MCP door leaves the mandate out.
test("over MCP each call has the mandate of whoever sent it, not of whoever opened the session", async () => {
  const post = async (role: Role, body: object, session?: string) => {
    const response = await fetch(`${gateway.http}/mcp`, {
      method: "POST",
      headers: {
        ...bearer(tokenOf(role)),
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(session && { "mcp-session-id": session }),
      },
      body: JSON.stringify({ jsonrpc: "2.0", ...body }),
    });
    await response.text();
    return response;
  };
  const opened = await post("admin", {
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    },
  });
  const session = opened.headers.get("mcp-session-id") ?? "";
  await post("admin", { method: "notifications/initialized" }, session);
  for (const role of ["viewer", "author"] as const) {
    mandates.length = 0;
    const params = { name: "search", arguments: { item_type: "script", query: "look" } };
    await post(role, { id: 2, method: "tools/call", params }, session);
    expect(mandates).toMatchObject([{ tenant, verbs: verbsOfRole(role) }]);
  }
});

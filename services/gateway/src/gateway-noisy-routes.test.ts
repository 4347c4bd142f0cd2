import { afterEach, beforeEach, expect, test } from "vitest";
import type { GatewayLimits } from "./config.ts";
import { keyFor, startGateway, type TestGateway } from "./testing/start-gateway.ts";

interface Route {
  method: string;
  path: string;
}

/** Doors that /openapi.json does not list: a WebSocket and another protocol. */
const UNLISTED: Route[] = [
  { method: "GET", path: "/v1/session" },
  { method: "POST", path: "/mcp" },
  { method: "DELETE", path: "/mcp" },
];
/** Asked by machines that have no tenant, and by Git servers, whose hook has a bound of its own. */
const OF_NOBODY = /^\/(health|openapi\.json|metrics|v1\/hooks\/git)/;
/** More than there will be routes: each is asked by a tenant of its own, and by a quiet one. */
const TENANTS = Array.from({ length: 400 }, (_, number) => `t${number}`);

let gateway: TestGateway;
let free: string[];
beforeEach(() => {
  free = [...TENANTS];
});
afterEach(() => gateway.stop());

async function start(limits: Partial<GatewayLimits>): Promise<Route[]> {
  const apiKeys = TENANTS.map((tenant) => keyFor(tenant, tenant));
  gateway = await startGateway({ config: { apiKeys: apiKeys }, limits });
  const { paths } = (await (await fetch(`${gateway.http}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const listed = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path })),
  );
  return [...listed.filter(({ path }) => !OF_NOBODY.test(path)), ...UNLISTED];
}

function ask({ method, path }: Route, tenant: string, bytes: number): Promise<Response> {
  const url = gateway.http + path.replaceAll(/\{[^}]+\}/g, "x");
  const headers = { authorization: `Bearer ${tenant}`, "content-type": "application/json" };
  const hasBody = method !== "GET" && method !== "HEAD" && bytes > 0;
  return fetch(url, { method, headers, ...(hasBody ? { body: bodyOf(bytes) } : {}) });
}

const bodyOf = (bytes: number): string => JSON.stringify({ nothing: "x".repeat(bytes) });

/** In our own form, or in OpenAI's at its doors. */
function namesLimit(text: string, limit: string): boolean {
  const isOurs = text.includes("rate_limited") && text.includes(`"${limit}"`);
  return isOurs || (text.includes("rate_limit_exceeded") && text.includes(`${limit} are used up`));
}

/** What is wrong with how a route treats a tenant that asks so often, and its neighbour. */
async function problemsOf(route: Route, limit: string, bytes = 0): Promise<string[]> {
  const [noisy = "", quiet = ""] = free.splice(0, 2);
  const answers: Response[] = [];
  for (let asked = 0; asked < 4; asked += 1) answers.push(await ask(route, noisy, bytes));
  const last = answers.at(-1);
  const text = (await last?.text()) ?? "";
  const neighbour = await ask(route, quiet, bytes);
  const name = `${route.method} ${route.path}`;
  const seconds = Number(last?.headers.get("retry-after"));
  return [
    ...(answers[0]?.status === 429 ? [`${name}: the first was refused`] : []),
    ...(last?.status === 429 ? [] : [`${name}: not refused but ${last?.status}`]),
    ...(namesLimit(text, limit) ? [] : [`${name}: ${text}`]),
    ...(seconds >= 1 && seconds <= 60 ? [] : [`${name}: Retry-After ${seconds}`]),
    ...(last?.headers.has("ratelimit") && last.headers.has("ratelimit-policy")
      ? []
      : [`${name}: no RateLimit headers`]),
    ...(neighbour.status === 429 ? [`${name}: the neighbour was refused`] : []),
  ];
}

// Mutant: admitRequests without its onRequest hook; or a route added outside its scope.
test("every route refuses a tenant that asks too often, says when to come again, and answers its neighbour", async () => {
  const routes = await start({ tenantRequestsPerSecond: 1 });
  expect(routes.length).toBeGreaterThan(10);
  const problems: string[] = [];
  for (const route of routes) problems.push(...(await problemsOf(route, "requests")));
  expect(problems).toEqual([]);
});

// Mutant: `pass` without the bucket of bytes.
test("every route that takes a body refuses a tenant that sends too many bytes, and answers its neighbour", async () => {
  const routes = await start({ tenantBytesPerSecond: 100 });
  const withBody = routes.filter(({ method }) => ["POST", "PUT", "PATCH"].includes(method));
  const problems: string[] = [];
  for (const route of withBody) problems.push(...(await problemsOf(route, "bytes", 300)));
  expect(problems).toEqual([]);
});

test("a body of unknown length counts as the largest the route takes", async () => {
  await start({ tenantBytesPerSecond: 100 });
  const chunked = () =>
    fetch(`${gateway.http}/v1/search`, {
      method: "POST",
      headers: { authorization: "Bearer t0", "content-type": "application/json" },
      body: new Blob(["{}"]).stream(),
      duplex: "half",
    } as RequestInit);
  expect((await chunked()).status).toBe(400);
  expect((await chunked()).status).toBe(429);
});

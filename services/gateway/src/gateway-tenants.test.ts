import { once } from "node:events";
import { connect } from "node:net";
import { databaseShare } from "@lilux/database";
import { LiluxError, type PredictRequest, type SessionStart } from "@lilux/protocol";
import { eventually } from "@lilux/testkit";
import { expect, test } from "vitest";
import { predictionOf, searchFor } from "./testing/predictions.ts";
import { completes } from "./testing/scripted-turns.ts";
import { openSession, openSocket, type SocketClient } from "./testing/socket-client.ts";
import { startForTest } from "./testing/start-for-test.ts";
import { keyFor, type TestGateway, type TestGatewayOptions } from "./testing/start-gateway.ts";

const SOON = { withinMs: 20_000 };
const TENANTS = ["noisy", "quiet"] as const;
type Tenant = (typeof TENANTS)[number];

async function start(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const apiKeys = TENANTS.map((tenant) => keyFor(tenant, tenant));
  return startForTest({ config: { apiKeys }, ...options });
}

const bearer = (tenant: Tenant) => ({ authorization: `Bearer ${tenant}` });

function join(
  { port }: TestGateway,
  tenant: Tenant,
  resume?: object,
): Promise<SocketClient & { start: SessionStart }> {
  return openSession({
    port,
    headers: bearer(tenant),
    ...(resume === undefined ? {} : { resume }),
  });
}

async function joinAndLeave(gateway: TestGateway, tenant: Tenant): Promise<SessionStart> {
  const client = await join(gateway, tenant);
  client.socket.close();
  await client.closed;
  return client.start;
}

/** What a hello is answered with when it is refused. */
async function refusedHello({ port }: TestGateway, tenant: Tenant) {
  const client = await openSocket({ port, headers: bearer(tenant) });
  client.send({ type: "hello" });
  const { code } = await client.next("error");
  return { code, close: (await client.closed).code };
}

function post(
  gateway: TestGateway,
  { tenant, path, body }: { tenant: Tenant; path: string; body: object },
): Promise<Response> {
  return fetch(`${gateway.http}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...bearer(tenant) },
    body: JSON.stringify(body),
  });
}

// Mutant: `isTenantFull` that is always false.
test("a tenant that takes all its sessions by coming and going locks nobody out, and not itself", async () => {
  const gateway = await start({ limits: { sessionsMax: 12, tenantSessionsMax: 8 } });
  for (let opened = 0; opened < 30; opened += 1) await joinAndLeave(gateway, "noisy");
  expect(await gateway.metric("sessions_held")).toBeLessThanOrEqual(8);
  await join(gateway, "quiet");
  await join(gateway, "noisy");
});

test("the session that waits longest makes room, and can be resumed all the same", async () => {
  const gateway = await start({ limits: { tenantSessionsMax: 3 }, runTurn: completes });
  const first = await join(gateway, "noisy");
  first.send({ type: "submit", turnId: "t1", text: "count" });
  await first.next("turn-end");
  const { offset } = first.events().at(-1) ?? { offset: 0 };
  first.socket.close();
  await first.closed;
  const second = await joinAndLeave(gateway, "noisy");
  const third = await joinAndLeave(gateway, "noisy");
  await join(gateway, "noisy");
  const resume = (start: SessionStart, after: number) =>
    join(gateway, "noisy", {
      sessionId: start.sessionId,
      resumeToken: start.resumeToken,
      offset: after,
    });
  expect((await resume(third, 0)).start).toMatchObject({ recovered: true });
  expect((await resume(first.start, offset)).start).toMatchObject({
    recovered: true,
    sessionId: first.start.sessionId,
  });
  expect(second.sessionId).not.toBe(first.start.sessionId);
});

// Mutant: eviction that looks at everybody's sessions.
test("a session is never let go for a neighbour, nor while it is connected", async () => {
  const gateway = await start({ limits: { sessionsMax: 4, tenantSessionsMax: 2 } });
  const quiet = await joinAndLeave(gateway, "quiet");
  await join(gateway, "noisy");
  await join(gateway, "noisy");
  expect(await refusedHello(gateway, "noisy")).toEqual({ code: "rate_limited", close: 1013 });
  const again = await join(gateway, "quiet", { ...claimOf(quiet), offset: 0 });
  expect(again.start.sessionId).toBe(quiet.sessionId);
  expect(await refusedHello(gateway, "quiet")).toEqual({ code: "overloaded", close: 1013 });
});

// Mutant: `isWithinShare` without the weight.
test("a tenant has so many sessions as its share of all, and a newcomer always has one", async () => {
  const gateway = await start({ limits: { sessionsMax: 12, tenantSessionsMax: 100 } });
  for (let opened = 0; opened < 9; opened += 1) await join(gateway, "noisy");
  expect(await refusedHello(gateway, "noisy")).toEqual({ code: "overloaded", close: 1013 });
  await join(gateway, "quiet");
});

const claimOf = ({ sessionId, resumeToken }: SessionStart) => ({ sessionId, resumeToken });

test("a tenant's sockets are bounded before any is opened, and a neighbour's are not", async () => {
  const gateway = await start({ limits: { tenantSocketsMax: 2 } });
  const [first] = [await join(gateway, "noisy"), await join(gateway, "noisy")];
  await expect(join(gateway, "noisy")).rejects.toThrow(/429.*rate_limited.*sockets/);
  await join(gateway, "quiet");
  first.socket.close();
  await first.closed;
  await eventually(() => join(gateway, "noisy"), SOON);
});

// Mutant: a count that is not given back at the close.
test("an address has so many connections, and those that end make room", async () => {
  const gateway = await start({ limits: { addressSocketsMax: 3 } });
  const open = () => connect(gateway.port, "127.0.0.1");
  const sockets = [open(), open(), open()];
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const refused = open();
  refused.on("error", () => undefined);
  await once(refused, "close");
  sockets[0]?.destroy();
  await eventually(async () => (await fetch(`${gateway.http}/health/live`)).ok, SOON);
  for (const socket of sockets) socket.destroy();
});

/** A router that answers the noisy tenant only when told. */
function heldRouter() {
  const asked: PredictRequest[] = [];
  const held: (() => void)[] = [];
  return {
    asked,
    release: () => held.splice(0).forEach((answer) => void answer()),
    async route(request: PredictRequest) {
      asked.push(request);
      if (request.tenant === "noisy") await new Promise<void>((resolve) => void held.push(resolve));
      return predictionOf(request, [searchFor(request.text)]);
    },
  };
}

// Mutant: a predict route that asks the router without taking a place.
test("of a tenant's REST predictions so many are asked at once, some wait, the rest is refused; a neighbour's is asked at once", async () => {
  const router = heldRouter();
  const gateway = await start({ route: router.route, limits: { tenantPredictionsAtOnce: 1 } });
  const predict = (tenant: Tenant) =>
    post(gateway, { tenant, path: "/v1/predict", body: { text: "find" } });
  const noisy = Array.from({ length: 20 }, () => predict("noisy"));
  const refused = await Promise.race(noisy);
  expect(refused.status).toBe(429);
  expect(router.asked.filter(({ tenant }) => tenant === "noisy")).toHaveLength(1);
  expect((await predict("quiet")).status).toBe(200);
  const releasing = setInterval(router.release, 5);
  const statuses = (await Promise.all(noisy)).map(({ status }) => status);
  clearInterval(releasing);
  expect(statuses.filter((status) => status === 200)).toHaveLength(17);
  expect(statuses.filter((status) => status === 429)).toHaveLength(3);
});

// Mutant: acceptTurn that does not give its place back.
test("a tenant's turns are counted over its sessions and requests, and a neighbour's are not", async () => {
  const ends: (() => void)[] = [];
  const gateway = await start({
    limits: { tenantTurnsAtOnce: 2 },
    async *runTurn(request, options) {
      if (request.turn.tenant === "noisy") {
        await new Promise<void>((resolve) => void ends.push(resolve));
      }
      yield* completes(request, options);
    },
  });
  const [one, two] = [await join(gateway, "noisy"), await join(gateway, "noisy")];
  one.send({ type: "ask", turnId: "t1", text: "a" });
  two.send({ type: "ask", turnId: "t2", text: "b" });
  await eventually(() => ends.length === 2, SOON);
  one.send({ type: "ask", turnId: "t3", text: "c" });
  expect(await one.next("error")).toMatchObject({
    code: "rate_limited",
    turnId: "t3",
    details: { limit: "turns" },
  });
  const turn = (tenant: Tenant) =>
    post(gateway, { tenant, path: "/v1/turns", body: { text: "d", ask: true } });
  const refused = await turn("noisy");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  expect(await (await turn("quiet")).text()).toContain("turn-end");
  for (const end of ends.splice(0)) end();
  await one.next("turn-end");
  one.send({ type: "ask", turnId: "t4", text: "e" });
  await eventually(() => ends.length === 1, SOON);
  ends[0]?.();
  await one.next("turn-end", ({ turnId }) => turnId === "t4");
});

// Mutant: serveSocket without `account.frame`.
test("frames above a tenant's rate are refused over all its sockets, and a neighbour's are not", async () => {
  const route = (request: PredictRequest) => predictionOf(request, [searchFor(request.text)]);
  const limits = { tenantFramesPerSecond: 5 };
  const gateway = await start({ route, limits, runTurn: completes });
  const sockets = [await join(gateway, "noisy"), await join(gateway, "noisy")];
  for (let seq = 1; seq <= 20; seq += 1) {
    for (const socket of sockets) socket.send({ type: "keystroke", seq, text: `find ${seq}` });
  }
  for (const socket of sockets) {
    expect(await socket.next("error")).toMatchObject({
      code: "rate_limited",
      retryable: true,
      details: { limit: "frames", retryAfterMs: expect.any(Number) },
    });
  }
  sockets[0]?.send({ type: "submit", turnId: "t1", text: "find" });
  expect(await sockets[0]?.next("error", ({ turnId }) => turnId === "t1")).toMatchObject({
    code: "rate_limited",
  });
  // Of twenty refused keystrokes one a second is told, or the telling is the flood.
  const told = sockets[0]?.frames.filter((frame) => frame.type === "error" && !("turnId" in frame));
  expect(told?.length).toBeLessThan(5);
  const quiet = await join(gateway, "quiet");
  quiet.send({ type: "keystroke", seq: 1, text: "find" });
  expect((await quiet.next("prediction")).candidates).toHaveLength(1);
});

// Mutants: the hook before the body is read; no hook.
test("what a request asks of a database is its tenant's share, also where its body came slowly", async () => {
  const shares: unknown[] = [];
  const gateway = await start({
    kiwi: {
      async search() {
        shares.push(databaseShare());
        throw new LiluxError("kiwi_unavailable");
      },
    },
  });
  const body = new Blob(['{"item_type":"directive",', '"query":"x","source":"local"}']).stream();
  await fetch(`${gateway.http}/v1/search`, {
    method: "POST",
    headers: { authorization: "Bearer noisy", "content-type": "application/json" },
    body,
    duplex: "half",
  } as RequestInit);
  expect(shares).toEqual([{ tenant: "noisy", weight: undefined }]);
});

import { createHash } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { temporaryDirectory, testTenant } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { gatewayConfig } from "../config.ts";
import { openSocket } from "../testing/socket-client.ts";
import { startForTest } from "../testing/start-for-test.ts";
import { keyFor, type TestGateway } from "../testing/start-gateway.ts";
import { parseApiKeys } from "./api-keys.ts";
import { foreignOrigin } from "./loopback.ts";

const KEYS = [keyFor("acme", "key-of-acme"), keyFor("umbrella", "key-of-umbrella")];
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

test("a key opens a socket, and a wrong one or none does not", async () => {
  const { port } = await startForTest({ config: { apiKeys: KEYS } });
  await openSocket({ port, headers: bearer("key-of-acme") });
  await expect(openSocket({ port, headers: bearer("key-of-nobody") })).rejects.toThrow(
    /401.*unauthenticated/,
  );
  await expect(openSocket({ port })).rejects.toThrow(/401.*unauthenticated/);
});

async function ticketFor({ http }: TestGateway, key: string): Promise<string> {
  const answer = await fetch(`${http}/v1/tickets`, { method: "POST", headers: bearer(key) });
  const { ticket } = (await answer.json()) as { ticket: string };
  return ticket;
}

// Mutant: ignoring `duplicate` in `redeem`.
test("a ticket opens one connection, at whichever gateway, and only for a while", async () => {
  let now = Date.now();
  const clock = { unix: () => now };
  const one = await startForTest({ config: { apiKeys: KEYS }, clock });
  const two = await startForTest({ config: { apiKeys: KEYS }, bus: one.bus, clock });
  const path = `/v1/session?ticket=${await ticketFor(one, "key-of-acme")}`;
  const first = await openSocket({ port: one.port, path });
  first.send({ type: "hello" });
  await first.next("session-start");
  for (const { port } of [one, two]) {
    const again = await openSocket({ port, path });
    expect(await again.next("error")).toMatchObject({ code: "unauthenticated" });
    expect(await again.closed).toMatchObject({ code: 4401 });
  }
  const late = `/v1/session?ticket=${await ticketFor(one, "key-of-acme")}`;
  now += 31_000;
  const refused = await openSocket({ port: one.port, path: late });
  expect((await refused.next("error")).message).toContain("expired");
});

test("a ticket that was tampered with is refused", async () => {
  const gateway = await startForTest({ config: { apiKeys: KEYS } });
  const ticket = await ticketFor(gateway, "key-of-acme");
  const path = `/v1/session?ticket=${ticket.replace("acme", "umbrella")}`;
  const socket = await openSocket({ port: gateway.port, path });
  expect(await socket.next("error")).toMatchObject({ code: "unauthenticated" });
});

test("one tenant's resume token is nothing to another", async () => {
  const { port } = await startForTest({ config: { apiKeys: KEYS } });
  const acme = await openSocket({ port, headers: bearer("key-of-acme") });
  acme.send({ type: "hello" });
  const { sessionId, resumeToken } = await acme.next("session-start");
  const other = await openSocket({ port, headers: bearer("key-of-umbrella") });
  other.send({ type: "hello", resume: { sessionId, resumeToken, offset: 0 } });
  const fresh = await other.next("session-start");
  expect(fresh).toMatchObject({ recovered: false });
  expect(fresh.sessionId).not.toBe(sessionId);
  expect(acme.socket.readyState).toBe(acme.socket.OPEN);
});

test("the subprotocol must be asked for", async () => {
  const { port } = await startForTest();
  const without = await openSocket({ port, protocols: [] });
  expect(await without.next("error")).toMatchObject({ code: "unsupported_protocol" });
  expect(await without.closed).toMatchObject({ code: 4406 });
  await expect(openSocket({ port, protocols: ["lilux.v9"] })).rejects.toThrow(
    /400.*unsupported_protocol/,
  );
});

// Mutant: leaving out the check in `loadApiKeys`.
test("without keys only a loopback address may be bound", async () => {
  await expect(startForTest({ config: { host: "0.0.0.0" } })).rejects.toThrow(/LILUX_API_KEYS/);
  await startForTest({ config: { host: "127.0.0.1" } });
});

// Mutant: count keys and not tenants, or leave the check out.
test("keys of two tenants start only where each has a folder of its own", async () => {
  const sha256 = createHash("sha256").update("k").digest();
  const keyOf = (tenant: string) => ({ tenant: testTenant(tenant), sha256 });
  const keys = [keyOf("acme"), keyOf("acme"), keyOf("globex")];
  const shared = startForTest({ config: { apiKeys: keys, tenantRoot: undefined } });
  await expect(shared).rejects.toThrow(/LILUX_TENANT_ROOT/);
  await startForTest({ config: { apiKeys: keys.slice(0, 2), tenantRoot: undefined } });
  await startForTest({ config: { apiKeys: keys, tenantRoot: "/tenants" } });
});

// Mutant: leaving out the call of `foreignOrigin`.
test("without keys a page of another origin gets neither a socket nor an answer", async () => {
  const gateway = await startForTest();
  const headers = { origin: "https://evil.example" };
  await expect(openSocket({ port: gateway.port, headers })).rejects.toThrow(/403.*forbidden/);
  const answer = await fetch(`${gateway.http}/v1/items`, { headers });
  expect(answer.status).toBe(403);
  const own = { origin: `http://127.0.0.1:${gateway.port}` };
  await openSocket({ port: gateway.port, headers: own });
});

const EVIL = { origin: "https://evil.example" };

// Mutant: leaving out the call of `strangePage`.
test("with keys a ticket is good for pages of this server and this machine, and for what is no page", async () => {
  const gateway = await startForTest({ config: { apiKeys: KEYS } });
  const open = async (headers: Record<string, string>) => {
    const ticket = await ticketFor(gateway, "key-of-acme");
    const socket = await openSocket({
      port: gateway.port,
      path: `/v1/session?ticket=${ticket}`,
      headers,
    });
    socket.send({ type: "hello" });
    await socket.next("session-start");
  };
  await expect(open(EVIL)).rejects.toThrow(/403.*LILUX_ORIGINS/);
  await expect(open({ origin: "null" })).rejects.toThrow(/403/);
  await expect(open({ origin: "http://localhost.evil.example" })).rejects.toThrow(/403/);
  await open({ origin: `http://127.0.0.1:${gateway.port}` });
  await open({ origin: "http://localhost:5173" });
  await open({});
});

test("a key is good for pages of anywhere, until somebody says of where", async () => {
  const any = await startForTest({ config: { apiKeys: KEYS } });
  await openSocket({ port: any.port, headers: { ...bearer("key-of-acme"), ...EVIL } });
  const origins = ["https://app.example"];
  const some = await startForTest({ config: { apiKeys: KEYS, origins } });
  const open = (origin: string) =>
    openSocket({ port: some.port, headers: { ...bearer("key-of-acme"), origin } });
  await expect(open("https://evil.example")).rejects.toThrow(/403/);
  await expect(open("https://app.example.evil.example")).rejects.toThrow(/403/);
  await open("https://app.example");
  const items = await fetch(`${some.http}/v1/items`, {
    headers: { ...bearer("key-of-acme"), ...EVIL },
  });
  expect(items.status).toBe(403);
});

test("an origin that is none is refused at the start, by the name of its setting", () => {
  expect(() => gatewayConfig({ LILUX_ORIGINS: "app.example" })).toThrow(/LILUX_ORIGINS/);
  expect(() => gatewayConfig({ LILUX_ORIGINS: "https://app.example/path" })).toThrow(
    /LILUX_ORIGINS/,
  );
  expect(gatewayConfig({ LILUX_ORIGINS: "https://App.example, http://b:81" }).origins).toEqual([
    "https://app.example",
    "http://b:81",
  ]);
});

// Mutant: `refuseTwoHosts` that only looks at `headers`, where the library keeps the first.
test.each([
  ["twice the same", ["Host: 127.0.0.1", "Host: 127.0.0.1"]],
  ["two", ["Host: 127.0.0.1", "host: evil.example"]],
])("a request with %s Host header is refused", async (_name, hosts) => {
  const { port } = await startForTest();
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.write(`GET /health/live HTTP/1.1\r\n${hosts.join("\r\n")}\r\n\r\n`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  expect(String(answer)).toMatch(/^HTTP\/1.1 400 /);
});

// Mutant: keys that are read once.
test("a key put into the file is good, and one taken out is not, once they are read anew; a bad file changes nothing", async () => {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const apiKeysFile = join(directory.path, "keys");
  const line = (tenant: string): string =>
    `${tenant}=sha256:${createHash("sha256").update(`key-of-${tenant}`).digest("hex")}\n`;
  await writeFile(apiKeysFile, line("acme"));
  const { http, service } = await startForTest({ config: { apiKeysFile } });
  const statusFor = async (tenant: string) =>
    (await fetch(`${http}/v1/tickets`, { method: "POST", headers: bearer(`key-of-${tenant}`) }))
      .status;
  expect([await statusFor("acme"), await statusFor("beta")]).toEqual([201, 401]);
  await writeFile(apiKeysFile, line("beta"));
  service.reloadKeys();
  expect([await statusFor("acme"), await statusFor("beta")]).toEqual([401, 201]);
  for (const bad of ["nonsense", ""]) {
    await writeFile(apiKeysFile, bad);
    expect(() => service.reloadKeys()).toThrow(/LILUX_API_KEYS_FILE/);
    expect([await statusFor("acme"), await statusFor("beta")]).toEqual([401, 201]);
  }
});

test.each([
  ["localhost:8080", undefined, true],
  ["127.0.0.1:8080", "http://127.0.0.1:8080", true],
  ["[::1]:8080", "http://[::1]:8080", true],
  ["kiwi.localhost", undefined, true],
  ["evil.example", undefined, false],
  ["evil.example:8080", "http://evil.example:8080", false],
  ["127.0.0.1.evil.example", undefined, false],
  ["localhost:8080", "http://localhost:9090", false],
  ["localhost:8080", "null", false],
  [undefined, undefined, false],
])("host %s with origin %s passes: %s", (host, origin, passes) => {
  expect(foreignOrigin({ host, origin, fetchSite: undefined }) === undefined).toBe(passes);
});

test("keys are read by lines and commas, and a mistake is named without its text", () => {
  const hex = createHash("sha256").update("k").digest("hex");
  const text = `acme=sha256:${hex}, beta=sha256:${hex}\n# a comment\n\ngamma=sha256:${hex}`;
  expect(parseApiKeys(text, "LILUX_API_KEYS").map(({ tenant }) => tenant)).toEqual([
    "acme",
    "beta",
    "gamma",
  ]);
  const read = () => gatewayConfig({ LILUX_API_KEYS: `acme=sha256:${hex},oops=my-secret` });
  expect(read).toThrow(/LILUX_API_KEYS: entry 2/);
  expect(read).not.toThrow(/my-secret/);
});

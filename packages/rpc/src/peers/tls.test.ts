import { cpSync } from "node:fs";
import { join } from "node:path";
import { Client, type ServiceDefinition, type ServiceError, status } from "@grpc/grpc-js";
import {
  keepCertificates,
  openTls,
  PARTY_NAMES,
  type PartyName,
  type Tls,
  tlsFilesIn,
} from "@lilux/certificates";
import { type Log, SILENT_LOG } from "@lilux/core/telemetry";
import { eventually, type TemporaryDirectory, temporaryDirectory } from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { clientSecurity } from "../client/tls-credentials.ts";
import { connectKiwi } from "../connect-kiwi.ts";
import { KiwiServiceService } from "../generated/lilux/kiwi/v1/kiwi.ts";
import { OrchestratorServiceService } from "../generated/lilux/orchestrator/v1/orchestrator.ts";
import { serveKiwi } from "../serve-kiwi.ts";
import { serveOrchestrator } from "../serve-orchestrator.ts";
import type { RpcServer } from "../server/start-server.ts";
import { sampleSearch, sampleSearchResult } from "../testing/samples.ts";
import { scriptedKiwi } from "../testing/scripted-kiwi.ts";
import { CALLERS, mayCall } from "./callers.ts";

const WHERE = { host: "127.0.0.1", port: 0 };
const DAY_MS = 86_400_000;
const LONG_AGO = Date.now() - 400 * DAY_MS;
const SOON = { withinMs: 20_000 };
const refusal = { code: "peer_unauthenticated" };

let home: TemporaryDirectory;
const ours = () => join(home.path, "ours");
const others = () => join(home.path, "others");
/** Of our authority, which lives for ten years; its certificates have ended. */
const ended = () => join(home.path, "ended");

beforeAll(async () => {
  home = await temporaryDirectory();
  await keepCertificates(ended(), { now: LONG_AGO });
  cpSync(ended(), ours(), { recursive: true });
  await keepCertificates(ours(), { renew: "all", hosts: ["elsewhere.example"] });
  await keepCertificates(others(), { names: ["kiwi", "gateway"] });
});
afterAll(() => home.remove());

function tlsOf(name: PartyName, folder = ours()): Tls {
  const now = () => (folder === ended() ? LONG_AGO : Date.now());
  return openTls({ expected: name, files: tlsFilesIn(folder, name), now });
}

/** A log whose lines a test can look at. */
function keptLog() {
  const lines: string[] = [];
  const keep = (fields: object): void => void lines.push(JSON.stringify(fields));
  const logger: Log = { ...SILENT_LOG, warn: keep, error: keep };
  return { lines, logger };
}

async function startKiwi(tls: Tls | undefined, logger: Log = SILENT_LOG) {
  let calls = 0;
  const search = async () => {
    calls += 1;
    return sampleSearchResult;
  };
  const server = await serveKiwi({ ...WHERE, api: scriptedKiwi({ search }), logger, tls });
  onTestFinished(() => server.close());
  return { address: `127.0.0.1:${server.port}`, calls: () => calls };
}

async function kiwiAt(address: string, tls: Tls | undefined, logger: Log = SILENT_LOG) {
  const kiwi = await connectKiwi({ address, tls, logger, deadlineMs: 20_000 });
  onTestFinished(() => kiwi.close());
  return kiwi;
}

/** The end of a call with an empty message: every method's door is asked in the same way. */
async function codeOf(client: Client, path: string): Promise<number> {
  const bytes = (value: Buffer): Buffer => value;
  const { promise, resolve } = Promise.withResolvers<number>();
  const options = { deadline: Date.now() + 30_000 };
  const call = client.makeServerStreamRequest(path, bytes, bytes, Buffer.alloc(0), options);
  call.on("error", ({ code }: ServiceError) => resolve(code));
  call.on("end", () => resolve(status.OK));
  call.resume();
  return promise;
}

/** Which of everybody may call which method, as the server answers. */
async function askedOf(peer: "kiwi" | "orchestrator", { port }: RpcServer) {
  const definitions = { kiwi: KiwiServiceService, orchestrator: OrchestratorServiceService };
  const definition: ServiceDefinition = definitions[peer];
  const found: string[] = [];
  for (const caller of PARTY_NAMES) {
    const address = `127.0.0.1:${port}`;
    const security = clientSecurity(tlsOf(caller), { peer, address, logger: SILENT_LOG });
    const client = new Client(address, security.credentials);
    onTestFinished(() => client.close());
    for (const { path } of Object.values(definition)) {
      const refused = (await codeOf(client, path)) === status.UNAUTHENTICATED;
      if (refused === mayCall(CALLERS[peer], caller, path)) found.push(`${caller} ${path}`);
    }
  }
  return found;
}

// Mutants: `mayCall` answers true for who is listed, whatever the method; the interceptor left out.
test("who may call what is what the table lists, for everybody and every method, and what is new is refused to all but the gateway", async () => {
  const kiwi = await serveKiwi({
    ...WHERE,
    api: scriptedKiwi({}),
    logger: SILENT_LOG,
    tls: tlsOf("kiwi"),
  });
  onTestFinished(() => kiwi.close());
  const orchestrator = await serveOrchestrator({
    ...WHERE,
    runTurn: async function* () {},
    listModels: async () => [],
    logger: SILENT_LOG,
    tls: tlsOf("orchestrator"),
  });
  onTestFinished(() => orchestrator.close());
  expect(await askedOf("kiwi", kiwi)).toEqual([]);
  expect(await askedOf("orchestrator", orchestrator)).toEqual([]);
  const runners = PARTY_NAMES.filter((name) => mayCall(CALLERS.kiwi, name, "/any/Execute"));
  expect(runners).toEqual(["gateway", "orchestrator"]);
  expect(PARTY_NAMES.filter((name) => mayCall(CALLERS.kiwi, name, "/any/New"))).toEqual([
    "gateway",
  ]);
  expect(mayCall(CALLERS.kiwi, undefined, "/any/Search")).toBe(false);
});

// Mutants: `rejectUnauthorized: false`; `requestCert` left out; no authority given to the listener.
test("a tool core with certificates is spoken to by nobody without one of its authority: nothing runs, and both logs say why", async () => {
  const log = keptLog();
  const { address, calls } = await startKiwi(tlsOf("kiwi"), log.logger);
  const strangers: [string, Tls | undefined, RegExp][] = [
    [
      "another authority's",
      tlsOf("gateway", others()),
      /not of the authority|refuses our certificate/,
    ],
    ["an ended one", tlsOf("gateway", ended()), /refuses our certificate/],
  ];
  for (const [, tls, why] of strangers) {
    const theirs = keptLog();
    const kiwi = await kiwiAt(address, tls, theirs.logger);
    await eventually(async () => {
      await expect(kiwi.search(sampleSearch)).rejects.toMatchObject(refusal);
    }, SOON);
    expect(theirs.lines.join()).toMatch(why);
  }
  // Without certificates at all: what arrives is no handshake.
  const plain = await kiwiAt(address, undefined);
  await expect(plain.search(sampleSearch)).rejects.toMatchObject({ code: "kiwi_unavailable" });
  await eventually(
    () => expect(log.lines.join()).toMatch(/does not speak TLS|unknown protocol|http request/i),
    SOON,
  );
  expect(log.lines.join()).toMatch(/has ended/);
  expect(calls()).toBe(0);
  const gateway = await kiwiAt(address, tlsOf("gateway"));
  expect(await gateway.search(sampleSearch)).toEqual(sampleSearchResult);
});

// Mutants: `checkServerIdentity` that only looks at hosts, or at nothing.
test.each([
  ["of another authority", () => tlsOf("kiwi", others()), /not of the authority/],
  ["that has ended", () => tlsOf("kiwi", ended()), /has ended/],
  ["of another service", () => tlsOf("orchestrator"), /another's/],
  ["that may not serve", () => tlsOf("router"), /not made for what it is used for/],
])("a caller speaks to no tool core with a certificate %s", async (_, server, why) => {
  const { address, calls } = await startKiwi(server());
  const log = keptLog();
  const kiwi = await kiwiAt(address, tlsOf("gateway"), log.logger);
  await eventually(async () => {
    await expect(kiwi.search(sampleSearch)).rejects.toMatchObject(refusal);
  }, SOON);
  expect(log.lines.join()).toMatch(why);
  expect(calls()).toBe(0);
});

test("a caller with certificates speaks to no tool core without, and by no name that its certificate lacks", async () => {
  const plain = await startKiwi(undefined);
  const log = keptLog();
  const kiwi = await kiwiAt(plain.address, tlsOf("gateway"), log.logger);
  await eventually(async () => {
    await expect(kiwi.search(sampleSearch)).rejects.toMatchObject({
      code: expect.stringMatching(/unauth|unavail/),
    });
    expect(log.lines.join()).toMatch(/does not speak TLS/);
  }, SOON);
  expect(plain.calls()).toBe(0);
  const { address, calls } = await startKiwi(tlsOf("kiwi"));
  const port = address.split(":").at(-1);
  const named = await kiwiAt(`127.0.0.2:${port}`, tlsOf("gateway"));
  const ends = await named.search(sampleSearch).catch((error: unknown) => error);
  expect(ends).toMatchObject({ code: expect.stringMatching(/unauth|unavail/) });
  expect(calls()).toBe(0);
});

// Mutants: `current()` read once, by the server or by the client.
test("certificates that are renewed on disk are those of the next connection, on both sides, without a restart", async () => {
  await using folder = await temporaryDirectory();
  await keepCertificates(folder.path);
  const server = await startKiwi(tlsOf("kiwi", folder.path));
  const long = tlsOf("gateway", folder.path);
  const before = await kiwiAt(server.address, long);
  expect(await before.search(sampleSearch)).toEqual(sampleSearchResult);
  cpSync(others(), folder.path, { recursive: true });
  const after = await kiwiAt(server.address, long);
  expect(await after.search(sampleSearch)).toEqual(sampleSearchResult);
  const stranger = await kiwiAt(server.address, tlsOf("gateway"));
  await eventually(async () => {
    await expect(stranger.search(sampleSearch)).rejects.toMatchObject(refusal);
  }, SOON);
  // What was open goes on: who has it showed a certificate when it was made.
  expect(await before.search(sampleSearch)).toEqual(sampleSearchResult);
});

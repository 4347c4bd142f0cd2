import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { connectNatsBus, subjects } from "@lilux/bus";
import { createLiluxClient } from "@lilux/client";
import { connectKiwi, connectOrchestrator } from "@lilux/rpc";
import { eventually, silentLogger, testTenant } from "@lilux/testkit";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { predictionFor } from "./ask.ts";
import { operatorBus } from "./operator-bus.ts";
import { type Inside, type Running, startMode } from "./start-mode.ts";

const TENANTS = ["local", "acme"];
const refusal = { code: "peer_unauthenticated" };
const logger = silentLogger();

let running: Running;
let inside: Inside;

beforeAll(async () => {
  running = await startMode("distributed");
  if (running.inside === undefined) throw new Error("not distributed");
  inside = running.inside;
}, 150_000);
afterAll(() => running.stop());

/** A turn, from the first keystroke to its end. */
async function useIt(): Promise<void> {
  const client = createLiluxClient({ url: running.url });
  onTestFinished(() => client.close());
  await client.ready();
  await predictionFor(client, "find email scr");
  const ended = Promise.withResolvers<void>();
  client.on("event", (event) => {
    if (event.type === "turn-end") ended.resolve();
  });
  client.submit("find email scripts");
  await ended.promise;
}

function credentials(): Map<string, string> {
  const folder = join(inside.stateDirectory, "credentials");
  const names = readdirSync(folder).filter((name) => !/\.(conf|acl)$|public/.test(name));
  return new Map(names.map((name) => [name, readFileSync(join(folder, name), "utf8").trim()]));
}

// Mutant: a line of BUS_ACCESS dropped, such as the gateway's `event`.
test("with credentials between them the services do all they did, and nothing is denied to any", async () => {
  await useIt();
  const execute = await fetch(`${running.url}/v1/search`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ item_type: "script", query: "email" }),
  });
  expect(execute.status).toBe(200);
  const counted = (await running.metrics()).match(
    /^lilux_bus_events_total\{.*permission-denied.*$/gm,
  );
  expect(counted).toHaveLength(5);
  expect(counted?.filter((line) => !line.endsWith(" 0"))).toEqual([]);
  const logs = join(inside.stateDirectory, "logs");
  const said = readdirSync(logs)
    .map((name) => readFileSync(join(logs, name), "utf8"))
    .join("");
  expect(said).not.toMatch(/denied this|refuses us|without our secret|without a credential/);
});

// Mutant: nats-server started without the users' configuration.
test("a process on the host without credentials gets no connection to the bus: it reads no keystroke, answers no prediction, takes no session", async () => {
  const plain = inside.natsUrl.replace("tls:", "nats:");
  // Without a certificate, and by one that was stolen, without the password that goes with it.
  const ways = [
    { url: plain },
    { url: inside.natsUrl },
    { url: inside.natsUrl, tls: inside.tlsOf("router") },
  ];
  for (const way of ways) {
    for (const user of [undefined, "router", "gateway", "operator"]) {
      for (const password of [undefined, "", "operator", "a-guess-of-someone"]) {
        const stranger = connectNatsBus({ ...way, name: "router", user, password });
        await expect(stranger).rejects.toMatchObject({ code: "config_invalid" });
      }
    }
  }
});

test("a credential that was stolen from one service opens no more than that service has", async () => {
  const password = credentials().get("nats-kiwi") ?? "";
  const tls = inside.tlsOf("kiwi");
  const stolen = { url: inside.natsUrl, name: "kiwi", user: "kiwi", password, tls, logger };
  const bus = await connectNatsBus(stolen);
  onTestFinished(() => bus.drain());
  const read: unknown[] = [];
  bus.subscribe(subjects.ofAll("keystroke"), ({ body }) => void read.push(body));
  bus.respond(subjects.ofAll("keystroke"), async () => ({ forged: true }), { queue: "router" });
  await useIt();
  const take = bus.request(
    subjects.handover(testTenant("local"), "any"),
    {},
    { deadlineMs: 2_000 },
  );
  await expect(take).rejects.toMatchObject({ code: "internal" });
  expect(read).toEqual([]);
  // The operator of the same server sees what there was to read.
  const operator = await operatorBus(running);
  onTestFinished(() => operator.drain());
  operator.subscribe(subjects.ofAll("keystroke"), ({ body }) => void read.push(body));
  operator.subscribe("lilux.v1.*.keystroke.*.*", ({ body }) => void read.push(body));
  await eventually(
    async () => {
      await useIt();
      expect(read.length).toBeGreaterThan(0);
    },
    { withinMs: 20_000 },
  );
});

// Mutant: a tool core that is started without its secret.
test("without its secret nobody calls the tool core as any tenant, nor runs a turn", async () => {
  const others = [undefined, "a-guess-of-someone", credentials().get("orchestrator-secret")];
  for (const secret of others) {
    const tls = inside.tlsOf("gateway");
    const kiwi = await connectKiwi({ address: inside.kiwiAddress, secret, tls, logger });
    onTestFinished(() => kiwi.close());
    for (const tenant of TENANTS) {
      await expect(kiwi.listItems({ tenant: testTenant(tenant) })).rejects.toMatchObject(refusal);
      const search = { item_type: "script", query: "email" } as const;
      await expect(
        kiwi.search({ tenant: testTenant(tenant), arguments: search }),
      ).rejects.toMatchObject(refusal);
      const call = { item_type: "script", item_id: "word_count", action: "run" } as const;
      const run = kiwi.execute({ tenant: testTenant(tenant), callId: "c1", arguments: call });
      await expect(run[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal);
    }
  }
  for (const secret of [undefined, credentials().get("kiwi-secret")]) {
    const orchestrator = await connectOrchestrator({
      address: inside.orchestratorAddress,
      secret,
      tls: inside.tlsOf("gateway"),
      logger,
    });
    onTestFinished(() => orchestrator.close());
    const turn = { tenant: "acme", sessionId: "s1", turnId: "t1", text: "delete all" };
    const request = { turn, sequence: 1 } as never;
    const { signal } = new AbortController();
    const events = orchestrator.runTurn(request, { commands: (async function* () {})(), signal });
    await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject(refusal);
  }
});

// Mutants: the listener of gRPC without `authorized`; a row of CALLERS that lists the router for everything.
test("with every secret and no certificate nobody calls the tool core, and with the router's nobody runs anything", async () => {
  const secret = credentials().get("kiwi-secret");
  const call = { item_type: "script", item_id: "word_count", action: "run" } as const;
  const run = { tenant: testTenant("local"), callId: "c1", arguments: call };
  const plain = await connectKiwi({ address: inside.kiwiAddress, secret, logger });
  onTestFinished(() => plain.close());
  const unheard = { code: "kiwi_unavailable" };
  await expect(plain.listItems({ tenant: testTenant("local") })).rejects.toMatchObject(unheard);
  const tls = inside.tlsOf("router");
  const router = await connectKiwi({ address: inside.kiwiAddress, secret, tls, logger });
  onTestFinished(() => router.close());
  expect((await router.listItems({ tenant: testTenant("local") })).items.length).toBeGreaterThan(0);
  const begun = router.execute(run)[Symbol.asyncIterator]().next();
  await expect(begun).rejects.toMatchObject(refusal);
});

// Mutants: redis-server started without its users; `--tls-auth-clients no`.
test("without a user nobody reads or writes Redis, and without a certificate nobody is heard at all", async () => {
  const port = Number(new URL(inside.redisUrl).port);
  const unheard = createConnection(port, "127.0.0.1");
  onTestFinished(() => void unheard.destroy());
  unheard.on("error", () => undefined);
  let heard = "";
  unheard.on("data", (data) => {
    heard += String(data);
  });
  unheard.write("PING\r\n");
  await new Promise((resolve) => unheard.once("close", resolve));
  expect(heard).not.toMatch(/PONG|NOAUTH/);
  const { authority: ca, certificate: cert, key } = inside.tlsOf("router").current();
  const socket = connectTls({ port, host: "127.0.0.1", ca, cert, key });
  onTestFinished(() => void socket.destroy());
  await once(socket, "secureConnect");
  const answers: string[] = [];
  for (const line of [
    "KEYS *",
    "HGETALL lilux:v1:history:local:{s1}",
    "HSET lilux:v1:history:local:{s1} value poison",
    "FLUSHALL",
    "MONITOR",
    "AUTH default guess",
    "AUTH orchestrator guess",
  ]) {
    socket.write(`${line}\r\n`);
    answers.push(String((await once(socket, "data"))[0]));
  }
  expect(answers.filter((answer) => !/^-(NOAUTH|WRONGPASS)/.test(answer))).toEqual([]);
});

test("credentials are their owner's alone, and in no process's arguments and no log", () => {
  const folder = join(inside.stateDirectory, "credentials");
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder)) {
    expect([name, statSync(join(folder, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  const secrets = [...credentials().values()];
  expect(new Set(secrets).size).toBe(secrets.length);
  expect(secrets).toHaveLength(13);
  const certificates = join(inside.stateDirectory, "certificates");
  expect(statSync(certificates).mode & 0o777).toBe(0o700);
  const files = readdirSync(certificates);
  for (const name of files) {
    expect([name, statSync(join(certificates, name)).mode & 0o777]).toEqual([name, 0o600]);
  }
  expect(files.filter((name) => name.endsWith("-key.pem"))).toHaveLength(11);
  const logs = join(inside.stateDirectory, "logs");
  const texts = [
    ...readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => textOf(`/proc/${pid}/cmdline`)),
    ...readdirSync(logs).map((name) => textOf(join(logs, name))),
    readFileSync(join(folder, "redis-users.acl"), "utf8"),
  ];
  expect(texts.filter((text) => secrets.some((secret) => text.includes(secret)))).toEqual([]);
});

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

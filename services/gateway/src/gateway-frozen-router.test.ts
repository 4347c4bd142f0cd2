import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { connectNatsBus } from "@lilux/bus";
import type { PredictionFrame, ServerFrame } from "@lilux/protocol";
import { describeWithServer, eventually, startNatsServer } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { openSession, type SocketClient } from "./testing/socket-client.ts";
import { startGateway, type TestGateway } from "./testing/start-gateway.ts";

/** Five times the promise, and all else in proportion: the machine is busy with other tests. */
const PREDICT_WITHIN_MS = 400;

interface Router {
  pid: number;
  signal(signal: NodeJS.Signals): void;
}

async function startRouter(url: string, replica: string): Promise<Router> {
  const entry = join(import.meta.dirname, "testing", "router-process.ts");
  const child: ChildProcess = spawn(process.execPath, ["--no-warnings", entry, url, replica], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (child.stdout === null || child.pid === undefined) throw new Error("no router process");
  await once(child.stdout, "data");
  return { pid: child.pid, signal: (signal) => void child.kill(signal) };
}

/** A gateway and two routers on a real nats-server. */
async function world() {
  const server = await startNatsServer({ owned: true });
  onTestFinished(() => server.stop());
  const bus = await connectNatsBus({ url: server.url, name: "gateway", drainWithinMs: 500 });
  onTestFinished(() => bus.drain());
  const limits = { predictWithinMs: PREDICT_WITHIN_MS };
  const gateway = await startGateway({ bus, limits });
  onTestFinished(() => gateway.stop());
  const one = await startRouter(server.url, "one");
  const two = await startRouter(server.url, "two");
  const client = await openSession({ port: gateway.port });
  const typist = typingOn(client);
  await eventually(async () => (await typist(20)) === 0, { withinMs: 20_000 });
  // A tenant's keystrokes go to the router that holds its library.
  const owner = client.frames.slice(-1).some(isFrom("one")) ? "one" : "two";
  const [asked, other] = owner === "one" ? [one, two] : [two, one];
  return { gateway, asked, other, owner, typist, client };
}

/** Types one key after the other's answer; how many were answered without a prediction. */
function typingOn(client: SocketClient): (keys: number) => Promise<number> {
  let seq = 0;
  return async (keys) => {
    let missed = 0;
    for (let key = 0; key < keys; key += 1) {
      seq += 1;
      const mine = seq;
      client.send({ type: "keystroke", seq: mine, text: `find scripts ${mine}` });
      const isMine = (frame: PredictionFrame): boolean => frame.seq === mine;
      const { degraded = [] } = await client.next("prediction", isMine);
      if (degraded.includes("router_unavailable")) missed += 1;
    }
    return missed;
  };
}

function isFrom(replica: string): (frame: ServerFrame) => boolean {
  return (frame) => frame.type === "prediction" && frame.predictionId.startsWith(replica);
}

async function extraRequests({ service }: TestGateway, event: string): Promise<number> {
  const metric = await service.registry
    .getSingleMetric("lilux_gateway_router_requests_total")
    ?.get();
  const found = metric?.values.find(({ labels }) => labels["event"] === event);
  return found?.value ?? 0;
}

describeWithServer("a gateway with two routers", "nats", () => {
  // Mutant: members asked by turns alone, whatever they owe (71 hedges). That a hedge goes to another
  // member is what keeps the first one: see replica-group.test.ts.
  test("one that is frozen costs less than 5 % of the first 100 predictions and 2 % of the next 200, and is not asked first", async () => {
    const { gateway, asked, typist } = await world();
    asked.signal("SIGSTOP");
    expect(await typist(100)).toBeLessThan(5);
    expect(await typist(200)).toBeLessThan(4);
    expect(await extraRequests(gateway, "hedged")).toBeLessThan(15);
  }, 90_000);

  // Mutant: PROBE_EVERY_MS of an hour: the first one never answers again.
  test("one that thaws is asked again: the other may freeze then", async () => {
    const { gateway, asked, other, owner, typist, client } = await world();
    asked.signal("SIGSTOP");
    const isTried = async (): Promise<boolean> => {
      await typist(1);
      return (await extraRequests(gateway, "probed")) >= 2;
    };
    await eventually(isTried, { withinMs: 20_000 });
    asked.signal("SIGCONT");
    const answers = async (): Promise<boolean> => {
      await typist(2);
      return client.frames.slice(-2).some(isFrom(owner));
    };
    await eventually(answers, { withinMs: 20_000 });
    other.signal("SIGSTOP");
    expect(await typist(100)).toBeLessThan(5);
  }, 90_000);

  test("one that is killed costs no prediction: the other is asked at once", async () => {
    const { asked, typist } = await world();
    asked.signal("SIGKILL");
    expect(await typist(100)).toBeLessThan(2);
  }, 90_000);
});

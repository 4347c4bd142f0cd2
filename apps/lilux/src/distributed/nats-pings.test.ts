import { readFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { keepCredentials } from "./keep-credentials.ts";
import { planProcesses } from "./plan-processes.ts";

const ports = {
  gateway: 1,
  nats: 2,
  redis: 3,
  kiwi: 4,
  orchestrator: 5,
  admin: { kiwi: 6, router: 7, "context-warmer": 8, orchestrator: 9, flywheel: 10, gateway: 11 },
};

/** The configuration that a started nats-server reads, by the argument that names it. */
async function localConfig(): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  const settings = readFileSync(join(CHECKOUT, "deploy", "nats", "local.conf"), "utf8");
  const [nats] = planProcesses({
    env: {},
    ports,
    checkout: CHECKOUT,
    stateDirectory: directory.path,
    credentials: keepCredentials(directory.path, settings),
    natsServer: "nats-server",
    redisServer: "redis-server",
  });
  const { args = [] } = nats ?? {};
  return readFileSync(args[args.indexOf("-c") + 1] ?? "", "utf8");
}

// Mutant: the server's own default, two pings two minutes apart: it goes on handing a frozen service
// its share of every queue for six minutes.
test.each([
  ["the servers of lilux up --distributed", localConfig],
  ["compose", async () => readFileSync(join(CHECKOUT, "deploy", "nats", "nats.conf"), "utf8")],
])("a client of NATS that is frozen is left within 10 s: %s", async (_where, config) => {
  const text = await config();
  const seconds = Number(/^ping_interval: "(\d+)s"$/m.exec(text)?.[1]);
  const unanswered = Number(/^ping_max: (\d+)$/m.exec(text)?.[1]);
  expect(seconds * (unanswered + 1)).toBeLessThanOrEqual(10);
});

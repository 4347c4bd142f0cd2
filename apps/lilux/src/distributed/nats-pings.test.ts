import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { planProcesses } from "./plan-processes.ts";

const ports = {
  gateway: 1,
  nats: 2,
  redis: 3,
  kiwi: 4,
  orchestrator: 5,
  admin: { kiwi: 6, router: 7, "context-warmer": 8, orchestrator: 9, gateway: 10 },
};

/** The configuration that a started nats-server reads, by the argument that names it. */
function localConfig(): string {
  const [nats] = planProcesses({
    env: {},
    ports,
    checkout: CHECKOUT,
    stateDirectory: "/state",
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
  ["compose", () => readFileSync(join(CHECKOUT, "deploy", "nats", "nats.conf"), "utf8")],
])("a client of NATS that is frozen is left within 10 s: %s", (_where, config) => {
  const text = config();
  const seconds = Number(/^ping_interval: "(\d+)s"$/m.exec(text)?.[1]);
  const unanswered = Number(/^ping_max: (\d+)$/m.exec(text)?.[1]);
  expect(seconds * (unanswered + 1)).toBeLessThanOrEqual(10);
});

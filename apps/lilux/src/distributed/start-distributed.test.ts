import { createServer } from "node:net";
import { join } from "node:path";
import { createLogger } from "@lilux/runtime";
import { temporaryDirectory } from "@lilux/testkit";
import { expect, onTestFinished, test } from "vitest";
import { CHECKOUT } from "../checkout.ts";
import { choosePorts } from "./choose-ports.ts";
import type { PortPlan } from "./plan-processes.ts";
import { type DistributedOptions, startDistributed } from "./start-distributed.ts";

const START_MS = 90_000;

async function options(): Promise<DistributedOptions> {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory.remove());
  return {
    env: {
      PATH: process.env["PATH"],
      LILUX_PROJECT: join(CHECKOUT, "examples", "library"),
      LILUX_USER_HOME: directory.path,
    },
    logger: createLogger({ service: "test", level: "silent" }),
    stateDirectory: join(directory.path, "state"),
    port: 0,
  };
}

async function taken(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Each is somebody else's port by the time its process wants it. */
const LOST: Record<string, (ports: PortPlan, port: number) => PortPlan> = {
  "nats-server": (ports, nats) => ({ ...ports, nats }),
  kiwi: (ports, kiwi) => ({ ...ports, kiwi }),
  "the router's metrics": (ports, router) => ({ ...ports, admin: { ...ports.admin, router } }),
};

// Mutant: a start that never asks whether a port was lost waits for ever.
test.each(Object.keys(LOST))(
  "when the port of %s was lost before it was bound, others are chosen and all is ready",
  async (whose) => {
    const port = await taken();
    let chosen = 0;
    const distributed = await startDistributed({
      ...(await options()),
      async choosePorts(gateway) {
        chosen += 1;
        const ports = await choosePorts(gateway);
        return chosen > 1 ? ports : (LOST[whose]?.(ports, port) ?? ports);
      },
    });
    onTestFinished(() => distributed.stop());
    expect(chosen).toBe(2);
    await distributed.waitUntilReady(1_000);
  },
  START_MS,
);

test("a gateway port that the user named and somebody has is an error, and nothing is started", async () => {
  const port = await taken();
  const started = startDistributed({ ...(await options()), port });
  await expect(started).rejects.toThrow(`Port ${port} is in use.`);
});

test(
  "a service that cannot start is named with its reason, long before the deadline",
  async () => {
    const given = await options();
    const env = { ...given.env, LILUX_THRESHOLDS: "none" };
    const started = startDistributed({ ...given, env, readyWithinMs: 10 * START_MS });
    await expect(started).rejects.toThrow(/gateway does not start: .*LILUX_THRESHOLDS/s);
  },
  START_MS,
);

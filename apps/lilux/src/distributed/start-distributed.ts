import { mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { LiluxError } from "@lilux/protocol";
import type { Logger } from "@lilux/runtime";
import { CHECKOUT } from "../checkout.ts";
import { keepSecret } from "../embedded/keep-secret.ts";
import type { Environment } from "../environment.ts";
import { freePorts } from "./free-ports.ts";
import { type PortPlan, planProcesses, SERVICE_NAMES, type ServiceName } from "./plan-processes.ts";
import { requireProgram } from "./program-path.ts";
import { type Supervised, supervise } from "./supervise.ts";

export interface DistributedOptions {
  env: Environment;
  logger: Logger;
  stateDirectory: string;
  /** The gateway's port; 0 takes a free one. */
  port: number;
  onStep?: (what: string) => void;
  readyWithinMs?: number;
}

export interface Distributed {
  readonly ports: PortPlan;
  readonly processes: ReadonlyMap<string, Supervised>;
  /** Resolves when every service says it is ready; throws naming those that are not. */
  waitUntilReady(withinMs: number): Promise<void>;
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 60_000;
const POLL_MS = 100;

/** Starts nats-server, redis-server and one process per service, each started again when it dies. */
export async function startDistributed(options: DistributedOptions): Promise<Distributed> {
  const { env, logger, stateDirectory, onStep } = options;
  mkdirSync(stateDirectory, { recursive: true });
  const ports = await choosePorts(options.port);
  const path = env["PATH"] ?? "";
  const plans = planProcesses({
    env: { LILUX_SESSION_SECRET: keepSecret(stateDirectory), ...env },
    ports,
    checkout: CHECKOUT,
    stateDirectory,
    natsServer: requireProgram("nats-server", path),
    redisServer: requireProgram("redis-server", path),
  });
  const processes = new Map<string, Supervised>();
  for (const plan of plans) {
    onStep?.(plan.name);
    processes.set(plan.name, supervise(plan, logger));
  }
  const distributed: Distributed = {
    ports,
    processes,
    waitUntilReady: (withinMs) => waitUntilReady(ports, withinMs),
    async stop() {
      // Users' doors first, the bus last, as in one process.
      for (const running of [...processes.values()].toReversed()) await running.stop();
    },
  };
  try {
    await distributed.waitUntilReady(options.readyWithinMs ?? READY_WITHIN_MS);
  } catch (error) {
    await distributed.stop();
    throw error;
  }
  return distributed;
}

async function choosePorts(gateway: number): Promise<PortPlan> {
  const free = await freePorts(5 + SERVICE_NAMES.length);
  const take = (): number => free.pop() ?? 0;
  return {
    gateway: gateway === 0 ? take() : gateway,
    nats: take(),
    redis: take(),
    kiwi: take(),
    orchestrator: take(),
    admin: Object.fromEntries(SERVICE_NAMES.map((name) => [name, take()])) as Record<
      ServiceName,
      number
    >,
  };
}

async function waitUntilReady(ports: PortPlan, withinMs: number): Promise<void> {
  const deadlineAt = Date.now() + withinMs;
  for (;;) {
    const states = await Promise.all(SERVICE_NAMES.map((name) => isReady(ports.admin[name])));
    if (states.every(Boolean)) return;
    if (Date.now() > deadlineAt) {
      const late = SERVICE_NAMES.filter((_, index) => states[index] !== true);
      throw new LiluxError("deadline_exceeded", {
        message: `Not ready after ${withinMs / 1_000} s: ${late.join(", ")}. Their logs are in the state directory.`,
      });
    }
    await delay(POLL_MS);
  }
}

async function isReady(adminPort: number): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${adminPort}/health/ready`;
    return (await fetch(url, { signal: AbortSignal.timeout(1_000) })).ok;
  } catch {
    return false;
  }
}

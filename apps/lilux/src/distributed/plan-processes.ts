import { join } from "node:path";
import { embeddedDatabaseUrl } from "../embedded/embedded-database-url.ts";
import type { Environment } from "../environment.ts";
import type { ProcessPlan } from "./supervise.ts";

export const SERVICE_NAMES = [
  "kiwi",
  "router",
  "context-warmer",
  "orchestrator",
  "gateway",
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** The ports of 127.0.0.1 that a distributed Lilux on one machine takes. */
export interface PortPlan {
  gateway: number;
  nats: number;
  redis: number;
  kiwi: number;
  orchestrator: number;
  admin: Readonly<Record<ServiceName, number>>;
}

export interface DistributedPlan {
  env: Environment;
  ports: PortPlan;
  checkout: string;
  stateDirectory: string;
  natsServer: string;
  redisServer: string;
}

/** Every process of a distributed Lilux on this machine, in the order to start them. */
export function planProcesses(plan: DistributedPlan): ProcessPlan[] {
  return [natsPlan(plan), redisPlan(plan), ...SERVICE_NAMES.map((name) => servicePlan(plan, name))];
}

function natsPlan(plan: DistributedPlan): ProcessPlan {
  const { env, ports, checkout, stateDirectory, natsServer } = plan;
  const store = join(stateDirectory, "jetstream");
  const config = join(checkout, "deploy", "nats", "local.conf");
  const args = ["-c", config, "-a", "127.0.0.1", "-p", String(ports.nats), "-js", "-sd", store];
  return {
    name: "nats-server",
    command: natsServer,
    args,
    env,
    logFile: logFile(stateDirectory, "nats-server"),
  };
}

function redisPlan({ env, ports, stateDirectory, redisServer }: DistributedPlan): ProcessPlan {
  // Nothing in Redis has to outlive it: what is lost is warmed again.
  const args = [
    "--bind",
    "127.0.0.1",
    "--port",
    String(ports.redis),
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  return {
    name: "redis-server",
    command: redisServer,
    args,
    env,
    logFile: logFile(stateDirectory, "redis-server"),
  };
}

function servicePlan(plan: DistributedPlan, name: ServiceName): ProcessPlan {
  const { env, ports, checkout, stateDirectory } = plan;
  const entry = join(checkout, "services", name, "src", "main.ts");
  return {
    name,
    command: process.execPath,
    args: ["--no-warnings", entry],
    env: {
      LILUX_MODEL_DIR: join(checkout, "models", "router-encoder"),
      LILUX_EMBEDDINGS_DIR: join(stateDirectory, "cache"),
      LILUX_PACKAGES_DIR: join(stateDirectory, "cache"),
      LILUX_STATE_DIR: stateDirectory,
      // Only kiwi uses the registry, and there is one kiwi: it may own an embedded database.
      LILUX_DATABASE_URL: embeddedDatabaseUrl(stateDirectory),
      ...env,
      LILUX_NATS_URL: `nats://127.0.0.1:${ports.nats}`,
      LILUX_REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
      LILUX_KIWI_LISTEN: `127.0.0.1:${ports.kiwi}`,
      LILUX_KIWI_ADDRESS: `127.0.0.1:${ports.kiwi}`,
      LILUX_ORCHESTRATOR_LISTEN: `127.0.0.1:${ports.orchestrator}`,
      LILUX_ORCHESTRATOR_ADDRESS: `127.0.0.1:${ports.orchestrator}`,
      LILUX_ADMIN_HOST: "127.0.0.1",
      LILUX_ADMIN_PORT: String(ports.admin[name]),
      PORT: String(ports.gateway),
    },
    logFile: logFile(stateDirectory, name),
  };
}

function logFile(stateDirectory: string, name: string): string {
  return join(stateDirectory, "logs", `${name}.log`);
}

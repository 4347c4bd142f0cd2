import { join } from "node:path";
import { type TlsFiles, tlsFilesIn } from "@lilux/certificates";
import { STORE_SERVICES } from "@lilux/context-store";
import { embeddedDatabaseUrl } from "../embedded/embedded-database-url.ts";
import type { Environment } from "../environment.ts";
import { isFlywheelOn } from "../flywheel-switch.ts";
import { areTenantsRecords } from "../tenant-records-switch.ts";
import type { Credentials } from "./keep-credentials.ts";
import type { ProcessPlan } from "./supervise.ts";

export const SERVICE_NAMES = [
  "kiwi",
  "router",
  "context-warmer",
  "orchestrator",
  "flywheel",
  "gateway",
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Those that run: all, but for a flywheel that nobody asked for. */
export function servicesOf(env: Environment): ServiceName[] {
  return SERVICE_NAMES.filter((name) => name !== "flywheel" || isFlywheelOn(env));
}

/** The ports of 127.0.0.1 that a distributed Lilux on one machine takes. */
export interface PortPlan {
  gateway: number;
  nats: number;
  redis: number;
  kiwi: number;
  orchestrator: number;
  admin: Readonly<Record<ServiceName, number>>;
}

/** Where services run from that run from elsewhere than the others. */
export type Checkouts = Readonly<Partial<Record<ServiceName, string>>>;

export interface DistributedPlan {
  env: Environment;
  ports: PortPlan;
  checkout: string;
  checkouts?: Checkouts | undefined;
  stateDirectory: string;
  natsServer: string;
  redisServer: string;
  credentials: Credentials;
}

/** Every process of a distributed Lilux on this machine, in the order to start them. */
export function planProcesses(plan: DistributedPlan): ProcessPlan[] {
  const services = servicesOf(plan.env).map((name) => servicePlan(plan, name));
  return [natsPlan(plan), redisPlan(plan), ...services];
}

function natsPlan({
  env,
  ports,
  stateDirectory,
  natsServer,
  credentials,
}: DistributedPlan): ProcessPlan {
  const store = join(stateDirectory, "jetstream");
  const { natsConfig } = credentials;
  const args = ["-c", natsConfig, "-a", "127.0.0.1", "-p", String(ports.nats), "-js", "-sd", store];
  return {
    name: "nats-server",
    command: natsServer,
    args,
    env: serverEnvironment(env),
    logFile: logFile(stateDirectory, "nats-server"),
  };
}

function redisPlan({
  env,
  ports,
  stateDirectory,
  redisServer,
  credentials,
}: DistributedPlan): ProcessPlan {
  // Nothing in Redis has to outlive it: what is lost is warmed again.
  const args = [
    "--bind",
    "127.0.0.1",
    "--port",
    "0",
    "--tls-port",
    String(ports.redis),
    ...tlsArguments(tlsFilesIn(credentials.certificates, "redis")),
    "--save",
    "",
    "--appendonly",
    "no",
    "--aclfile",
    credentials.redisUsers,
  ];
  return {
    name: "redis-server",
    command: redisServer,
    args,
    env: serverEnvironment(env),
    logFile: logFile(stateDirectory, "redis-server"),
  };
}

/** Without a certificate of ours nobody gets as far as a password. */
function tlsArguments({ authority, certificate, key }: TlsFiles): string[] {
  return [
    "--tls-cert-file",
    certificate,
    "--tls-key-file",
    key,
    "--tls-ca-cert-file",
    authority,
    "--tls-auth-clients",
    "yes",
  ];
}

/** Servers need none of our settings, some of which are secrets. */
function serverEnvironment(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("LILUX_")));
}

/** What the service is to its neighbours: the names of files that only it needs. */
function credentialsOf(credentials: Credentials, name: ServiceName): Environment {
  const isStoreUser = STORE_SERVICES.some((service) => service === name);
  const verifies = name === "kiwi" || name === "orchestrator";
  const callsOrchestrator = name === "gateway" || name === "orchestrator";
  const { authority, certificate, key } = tlsFilesIn(credentials.certificates, name);
  return {
    LILUX_TLS_CA_FILE: authority,
    LILUX_TLS_CERT_FILE: certificate,
    LILUX_TLS_KEY_FILE: key,
    LILUX_NATS_USER: name,
    LILUX_NATS_PASSWORD_FILE: credentials.natsPassword(name),
    LILUX_REDIS_USER: isStoreUser ? name : undefined,
    LILUX_REDIS_PASSWORD_FILE: isStoreUser ? credentials.redisPassword(name) : undefined,
    LILUX_KIWI_SECRET_FILE: credentials.kiwiSecret,
    LILUX_CLAIM_KEY_FILE: name === "gateway" ? credentials.claimKey : undefined,
    LILUX_CLAIM_PUBLIC_KEY_FILE: verifies ? credentials.claimPublicKey : undefined,
    LILUX_ORCHESTRATOR_SECRET_FILE: callsOrchestrator ? credentials.orchestratorSecret : undefined,
  };
}

function servicePlan(plan: DistributedPlan, name: ServiceName): ProcessPlan {
  const { env, ports, stateDirectory, credentials } = plan;
  const checkout = plan.checkouts?.[name] ?? plan.checkout;
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
      LILUX_FLYWHEEL_DATABASE_URL: embeddedDatabaseUrl(join(stateDirectory, "flywheel")),
      ...(areTenantsRecords(env)
        ? { LILUX_TENANTS_DATABASE_URL: embeddedDatabaseUrl(join(stateDirectory, "tenants")) }
        : {}),
      ...env,
      // Whoever deletes a tenant knows by it whether a flywheel that is silent is away or none.
      LILUX_FLYWHEEL: isFlywheelOn(env) ? "on" : "off",
      ...credentialsOf(credentials, name),
      LILUX_NATS_URL: `tls://127.0.0.1:${ports.nats}`,
      LILUX_REDIS_URL: `rediss://127.0.0.1:${ports.redis}`,
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

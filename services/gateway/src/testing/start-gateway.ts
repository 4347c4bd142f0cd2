import { createHash } from "node:crypto";
import { type Bus, createInProcessBus, type Subscription, subjects } from "@lilux/bus";
import type { Database } from "@lilux/database";
import {
  DEFAULT_THRESHOLDS,
  LiluxError,
  type Prediction,
  type PredictRequest,
} from "@lilux/protocol";
import type { KiwiApi, ListModels, RunTurn } from "@lilux/rpc";
import { createLogger, type Logger } from "@lilux/runtime";
import { testTenant } from "@lilux/testkit";
import { DEFAULT_LIMITS, type GatewayConfig, type GatewayLimits } from "../config.ts";
import type { StoredFlywheel } from "../deletion/stored-flywheel.ts";
import { createGatewayService, type GatewayService } from "../service.ts";

/**
 * The promise of production is 80 ms, which a machine busy with other tests
 * breaks: the answer comes late, degraded, and nothing a test asked for is in
 * it. A test of lateness sets the limit it is about.
 */
const PATIENT: Partial<GatewayLimits> = { predictWithinMs: 5_000, speculateWithinMs: 5_000 };

export interface TestGatewayOptions {
  config?: Partial<Omit<GatewayConfig, "limits">>;
  limits?: Partial<GatewayLimits>;
  bus?: Bus;
  kiwi?: Partial<KiwiApi>;
  runTurn?: RunTurn;
  listModels?: ListModels;
  /** Tenants are records of it. */
  tenantDatabase?: Database;
  storedFlywheel?: StoredFlywheel;
  clock?: { unix(): number };
  /** Takes the log's lines from level error up. */
  onError?: (line: string) => void;
  /** Takes the log's lines as they are kept: from level info up, without what is a person's own. */
  onLine?: (line: string) => void;
  /** Answers keystrokes; none are answered when it is not given. */
  route?: (request: PredictRequest) => Prediction | Promise<Prediction>;
}

export interface TestGateway {
  service: GatewayService;
  bus: Bus;
  port: number;
  http: string;
  metric(name: string): Promise<number>;
  stop(): Promise<void>;
}

/** A gateway on a free port, with the real in-process bus and scripted neighbours. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const bus = options.bus ?? createInProcessBus();
  const config: GatewayConfig = {
    host: "127.0.0.1",
    port: 0,
    apiKeys: [],
    apiKeysFile: undefined,
    operatorKeys: [],
    tenantsDatabaseUrl: undefined,
    plans: {},
    tenantRoot: "/tenants",
    // Providers of tests are on this machine.
    signInAddresses: "any",
    origins: [],
    sessionSecret: "a secret of the tests",
    thresholds: DEFAULT_THRESHOLDS,
    terminalDir: undefined,
    ...options.config,
    limits: { ...DEFAULT_LIMITS, ...PATIENT, ...options.limits },
  };
  const service = createGatewayService(config, {
    bus,
    kiwi: { ...UNSCRIPTED_KIWI, ...options.kiwi },
    runTurn: options.runTurn ?? unscriptedTurn,
    listModels: options.listModels ?? (async () => unscripted("listModels")),
    logger: loggerFor(options),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    storedFlywheel: options.storedFlywheel,
    ...(options.tenantDatabase === undefined ? {} : { tenantDatabase: options.tenantDatabase }),
  });
  const router = options.route && routerOn(bus, options.route);
  await service.start();
  const { port } = service.address();
  return {
    service,
    bus,
    port,
    http: `http://127.0.0.1:${port}`,
    metric: (name) => metricOf(service, name),
    async stop() {
      await service.stop(2_000);
      await router?.close();
    },
  };
}

function loggerFor({ onError, onLine }: TestGatewayOptions): Logger {
  if (onLine !== undefined) {
    return createLogger({ service: "gateway", level: "info", destination: { write: onLine } });
  }
  if (onError === undefined) return createLogger({ service: "gateway", level: "silent" });
  return createLogger({ service: "gateway", level: "error", destination: { write: onError } });
}

export function keyFor(tenant: string, key: string) {
  return { tenant: testTenant(tenant), sha256: createHash("sha256").update(key).digest() };
}

function routerOn(bus: Bus, route: NonNullable<TestGatewayOptions["route"]>): Subscription {
  return bus.respond(
    subjects.ofAll("keystroke"),
    async ({ body }) => route(body as PredictRequest),
    { queue: "router" },
  );
}

/** The sum over all label values; of the gateway's own, or of a door it opens, as `mcp_sessions`. */
async function metricOf({ registry }: GatewayService, name: string): Promise<number> {
  const found = [`lilux_gateway_${name}`, `lilux_${name}`].map((n) => registry.getSingleMetric(n));
  const metric = await found.find((metric) => metric !== undefined)?.get();
  if (metric === undefined) throw new Error(`no metric ${name}`);
  return metric.values.reduce((sum, { value }) => sum + value, 0);
}

const unscripted = (what: string): never => {
  throw new LiluxError("internal", { cause: new Error(`${what} was not scripted`) });
};

const UNSCRIPTED_KIWI: KiwiApi = {
  search: async () => unscripted("kiwi.search"),
  load: async () => unscripted("kiwi.load"),
  execute: () => unscripted("kiwi.execute"),
  discover: async () => unscripted("kiwi.discover"),
  listItems: async () => unscripted("kiwi.listItems"),
  recallRun: async () => unscripted("kiwi.recallRun"),
  readArtifact: async () => unscripted("kiwi.readArtifact"),
  secrets: async () => unscripted("kiwi.secrets"),
  registry: async () => unscripted("kiwi.registry"),
  library: async () => unscripted("kiwi.readArtifact"),
};

const unscriptedTurn: RunTurn = () => unscripted("runTurn");

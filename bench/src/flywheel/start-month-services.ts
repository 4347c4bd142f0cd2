import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bus, createInProcessBus } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { contextWarmerConfig, createContextWarmerService } from "@lilux/context-warmer";
import { openPglite } from "@lilux/database";
import { createFlywheelService, flywheelConfig } from "@lilux/flywheel";
import { createGatewayService, gatewayConfig } from "@lilux/gateway";
import { createKiwiService, kiwiConfig } from "@lilux/kiwi";
import { createOrchestratorService, orchestratorConfig } from "@lilux/orchestrator";
import { createRouterService, type RouterService, routerConfig } from "@lilux/router";
import type { KiwiApi } from "@lilux/rpc";
import { createLogger, type Service } from "@lilux/runtime";
import { writeWarmLibrary } from "../warm/write-warm-library.ts";
import type { MonthLibrary } from "./month-libraries.ts";
import { createMovingClock, type MovingClock } from "./moving-clock.ts";
import type { Person } from "./plan-month.ts";

const MODEL = join(import.meta.dirname, "..", "..", "..", "models", "router-encoder");
/** A Monday, nine o'clock. */
const BEGINS_AT = Date.UTC(2027, 2, 1, 9);
export const NIGHT_HOUR = 3;

export interface MonthServices {
  url: string;
  clock: MovingClock;
  keyOf(name: string): string;
  bus: Pick<Bus, "request">;
  router: Pick<RouterService, "predict">;
  /** Interactions that the flywheel has dealt with, kept or not. */
  taken(): Promise<number>;
  stop(): Promise<void>;
}

export interface MonthServicesOptions {
  libraries: readonly MonthLibrary[];
  people: readonly Person[];
  /** Whether lines are learnt from, and rankers fitted at night. */
  lessons: boolean;
  fits: boolean;
  cacheDirectory: string;
}

/** Every service of a real instance in one process, over files of twelve tenants, with a clock that can be moved. */
export async function startMonthServices(options: MonthServicesOptions): Promise<MonthServices> {
  const { libraries, people } = options;
  const directory = mkdtempSync(join(tmpdir(), "lilux-bench-month-"));
  for (const { name, items } of libraries) {
    mkdirSync(join(directory, "tenants", name), { recursive: true });
    writeWarmLibrary(join(directory, "tenants", name), items);
  }
  const clock = createMovingClock(BEGINS_AT);
  const logger = createLogger({ service: "bench", level: "error" });
  const bus = createInProcessBus({ clock });
  const contextStore = createInMemoryContextStore({ clock });
  const database = openPglite({ directory: join(directory, "database") });
  const names = libraries.map(({ name }) => name).join(" ");
  const keys = [
    ...people.map(({ name, tenant }) => `${tenant}=${hashed(name)}`),
    ...libraries.map(({ name }) => `${name}=${hashed(adminOf(name))}`),
  ];
  const env = {
    LILUX_PROJECT: directory,
    LILUX_USER_HOME: join(directory, "home"),
    LILUX_TENANT_ROOT: join(directory, "tenants"),
    LILUX_API_KEYS: keys.join(","),
    LILUX_HOST: "127.0.0.1",
    PORT: "0",
    LILUX_MODEL_DIR: MODEL,
    LILUX_WARM_TENANTS: names,
    LILUX_ROUTER_WORKERS: "1",
    LILUX_ROUTER_QUEUE_WAIT_MS: "10000",
    LILUX_ROUTER_DEADLINE_MS: "10000",
    LILUX_ROUTER_CONTEXT_WAIT_MS: "1000",
    LILUX_LEARN: options.lessons ? "all" : "none",
    LILUX_FLYWHEEL_FIT: options.fits ? "stages" : "off",
    LILUX_FLYWHEEL_FIT_HOUR: String(NIGHT_HOUR),
    LILUX_FLYWHEEL_FIT_CANARY_PERCENT: "50",
    LILUX_FLYWHEEL_CANARY_TURNS_MIN: "40",
    LILUX_EMBEDDINGS_DIR: options.cacheDirectory,
  };
  const kiwi = createKiwiService(kiwiConfig(env), { bus, logger, clock });
  const api = withoutSandbox(kiwi.api);
  const shared = { bus, contextStore, kiwi: api, logger, clock };
  const router = createRouterService(routerConfig(env), shared);
  const warmer = createContextWarmerService(contextWarmerConfig(env), shared);
  const orchestrator = createOrchestratorService(orchestratorConfig(env), shared);
  const flywheel = createFlywheelService(flywheelConfig(env), { bus, database, logger, clock });
  const gateway = createGatewayService(gatewayConfig(env), {
    bus,
    kiwi: api,
    runTurn: orchestrator.runTurn,
    listModels: orchestrator.listModels,
    logger,
    clock,
  });
  const services: Service[] = [kiwi, router, warmer, orchestrator, flywheel, gateway];
  for (const service of services) await service.start();
  return {
    url: `http://127.0.0.1:${gateway.address().port}`,
    clock,
    bus,
    router,
    keyOf,
    taken: () => takenBy(flywheel),
    async stop() {
      for (const service of services.toReversed()) await service.stop();
      await database.close();
      await contextStore.close();
      await bus.drain();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The key that a tenant's own affairs are seen to with. */
export function adminOf(tenant: string): string {
  return `admin-of-${tenant}`;
}

function keyOf(name: string): string {
  return `key-of-${name}`;
}

function hashed(name: string): string {
  return `sha256:${createHash("sha256").update(keyOf(name)).digest("hex")}`;
}

/** A script's process costs more than all that is measured here, and is no part of it. */
function withoutSandbox(api: KiwiApi): KiwiApi {
  return {
    ...api,
    async *execute(request, options) {
      const { item_type, item_id, action } = request.arguments;
      if (item_type !== "script" || action !== "run") {
        yield* api.execute(request, options);
        return;
      }
      const result = { status: "success" as const, item_type, item_id, action, data: {} };
      yield { type: "result", result: { ...result, metadata: { durationMs: 1 } } };
    },
  };
}

async function takenBy({ registry }: Service): Promise<number> {
  const metric = await registry.getSingleMetric("lilux_flywheel_interactions_total")?.get();
  return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}

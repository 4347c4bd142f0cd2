import { createInProcessBus, tracedBus } from "@lilux/bus";
import { createInMemoryContextStore } from "@lilux/context-store";
import { contextWarmerConfig, createContextWarmerService } from "@lilux/context-warmer";
import { NO_SPANS, type Spans } from "@lilux/core/telemetry";
import { type Database, openDatabase } from "@lilux/database";
import { createFlywheelService, flywheelConfig } from "@lilux/flywheel";
import { createGatewayService, createStoredFlywheel, gatewayConfig } from "@lilux/gateway";
import { createKiwiService, kiwiConfig } from "@lilux/kiwi";
import { createOrchestratorService, orchestratorConfig } from "@lilux/orchestrator";
import { createRouterService, routerConfig } from "@lilux/router";
import type { Logger, Service } from "@lilux/runtime";
import type { Environment } from "../environment.ts";
import { isFlywheelOn } from "../flywheel-switch.ts";
import { areTenantsRecords } from "../tenant-records-switch.ts";

/** As a gateway of its own is told where its tenants are. */
function withTenants(env: Environment): Environment {
  return { ...env, LILUX_TENANTS_DATABASE_URL: env["LILUX_DATABASE_URL"] };
}

export interface EmbeddedOptions {
  /** The variables every service reads its own configuration from. */
  env: Environment;
  logger: Logger;
  /** Where accepted turns are written before they run. Without it they last as long as the process. */
  journalDirectory?: string;
  /** Where the services tell how long their work took; nowhere unless given. */
  spans?: Spans;
  /** Called as each part starts, for progress. */
  onStep?: (what: string) => void;
}

export interface Embedded {
  services: readonly Service[];
  /** The registry's, and the flywheel's; undefined where none is named. */
  database: Database | undefined;
  address(): { host: string; port: number };
  /** Rejects with `cancelled` when it is stopped meanwhile. */
  start(): Promise<void>;
  /** Also in the middle of a start. Closes all; rejects when something could not close. */
  stop(): Promise<void>;
}

/**
 * The very services of the distributed mode in one process: an in-process bus
 * that still serialises every message, an in-memory store, and direct calls
 * where the wire would be gRPC.
 */
export function createEmbedded({
  env,
  logger,
  journalDirectory,
  onStep,
  spans = NO_SPANS,
}: EmbeddedOptions): Embedded {
  const child = (service: string): Logger => logger.child({ service });
  const journal = createInProcessBus({
    logger: child("bus"),
    ...(journalDirectory === undefined ? {} : { journalDirectory }),
  });
  const bus = tracedBus(journal, spans);
  const contextStore = createInMemoryContextStore({});
  const kiwiSettings = kiwiConfig(env);
  const { databaseUrl } = kiwiSettings;
  // Made when something is first published; one that is there is opened in the background.
  const database = databaseUrl === undefined ? undefined : openDatabase(databaseUrl);
  const kiwi = createKiwiService(kiwiSettings, { bus, logger: child("kiwi"), database, spans });
  const shared = { bus, contextStore, kiwi: kiwi.api, spans };
  const router = createRouterService(routerConfig(env), { ...shared, logger: child("router") });
  const warmer = createContextWarmerService(contextWarmerConfig(env), {
    ...shared,
    logger: child("context-warmer"),
  });
  const orchestrator = createOrchestratorService(orchestratorConfig(env), {
    ...shared,
    logger: child("orchestrator"),
  });
  const areRecords = areTenantsRecords(env);
  const gateway = createGatewayService(gatewayConfig(areRecords ? withTenants(env) : env), {
    // In one process they share the registry's database.
    tenantDatabase: areRecords ? database : undefined,
    // What the flywheel kept while it was on is deleted with its tenant while it is off, too.
    storedFlywheel: isFlywheelOn(env) ? undefined : createStoredFlywheel(async () => database),
    bus,
    kiwi: kiwi.api,
    runTurn: orchestrator.runTurn,
    listModels: orchestrator.listModels,
    spans,
    logger: child("gateway"),
  });
  // In one process it shares the registry's database.
  const flywheel =
    isFlywheelOn(env) && database !== undefined
      ? createFlywheelService(flywheelConfig(env), { bus, database, logger: child("flywheel") })
      : undefined;
  const services = [kiwi, router, warmer, orchestrator, flywheel, gateway].filter(
    (service) => service !== undefined,
  );

  let stopping: Promise<void> | undefined;

  async function stopAll(): Promise<void> {
    for (const service of services.toReversed()) await service.stop();
    await database?.close();
    await contextStore.close();
    await bus.drain();
    const failed = services.filter((service) => service.state() === "failed");
    if (failed.length > 0) {
      throw new Error(`did not stop cleanly: ${failed.map(({ name }) => name).join(", ")}`);
    }
  }

  function stop(): Promise<void> {
    stopping ??= stopAll();
    return stopping;
  }

  return {
    services,
    database,
    address: () => gateway.address(),
    async start() {
      try {
        // Asked at once: a second process on one journal learns it before it has loaded a model.
        await journal.ready();
        for (const service of services) {
          onStep?.(service.name);
          await service.start();
        }
      } catch (error) {
        await stop().catch(() => undefined);
        throw error;
      }
    },
    stop,
  };
}

import { answerDeletions, type Bus, hearGone, type Subscription } from "@lilux/bus";
import type { Tls } from "@lilux/certificates";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createWeights } from "@lilux/core/fairness";
import { NO_SPANS, type Spans } from "@lilux/core/telemetry";
import { type Database, type DatabaseWatch, watchDatabase } from "@lilux/database";
import { SYSTEM_FILES, type WritingFiles } from "@lilux/files";
import { ITEM_TYPES, type ItemType, LOCAL_TENANT } from "@lilux/protocol";
import { type KiwiApi, type RpcServer, serveKiwi, tracedKiwi, type VerifyClaim } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { type AuditTrail, createAuditTrail } from "./audit/audit-trail.ts";
import type { KiwiConfig } from "./config.ts";
import { createQuestions } from "./consent/questions.ts";
import { createKiwiHolder, type KiwiHolderDeps } from "./delete/tenant-holder.ts";
import { createKiwiApi } from "./door/create-kiwi-api.ts";
import { createCallObserver } from "./door/observe-call.ts";
import { openDoor } from "./door/open-door.ts";
import { embeddedCount, findingPart } from "./find/finding-part.ts";
import { openHomes } from "./homes/open-homes.ts";
import { assertFolders } from "./library/assert-folders.ts";
import { createLibraries, type Libraries } from "./library/libraries.ts";
import { tellUpdate } from "./library/tell-update.ts";
import { createKiwiMetrics, type KiwiMetrics } from "./metrics.ts";
import { openPartition } from "./partition/open-partition.ts";
import { openRegistry } from "./registry/open-registry.ts";
import { openTrust } from "./registry/open-trust.ts";
import type { Registry } from "./registry/registry.ts";
import { createCallLog } from "./run/call-log.ts";
import { createExecuteCall } from "./run/execute-call.ts";
import { recalledRuns } from "./run/recall-run.ts";
import { createRecordedResults } from "./run/recorded-results.ts";
import type { ScriptDeps } from "./run/script-call.ts";
import { createScriptDeps } from "./run/script-deps.ts";
import { openMasterKey } from "./secrets/open-master-key.ts";
import { createSecrets } from "./secrets/secrets.ts";
import { createTextWork, type TextWork } from "./texts/text-work.ts";
import { writesOf } from "./write/writes-of.ts";

export interface KiwiDeps {
  bus: Pick<Bus, "publish" | "request" | "append" | "read" | "respond" | "subscribe">;
  logger: Logger;
  /** Where it tells how long its work took; nowhere unless given. */
  spans?: Spans;
  /** The registry's; the caller closes it. Undefined: there is no registry here. */
  database?: Database | undefined;
  /** The process's unless told. */
  clock?: Clock;
  /** What items are written with; the system's unless a test breaks it. */
  files?: WritingFiles;
  /** What long texts are read with; threads of its own unless a test watches. */
  texts?: TextWork;
  /** Where the gateway signs who a call is made for. */
  verifyClaim?: VerifyClaim | undefined;
  /** Of gRPC: what is shown to callers, and whose callers are heard. */
  tls?: Tls | undefined;
}

export type KiwiService = Service & {
  readonly api: KiwiApi;
  /** The port gRPC listens on, once started with `config.listen`. */
  port(): number | undefined;
};

export function createKiwiService(config: KiwiConfig, deps: KiwiDeps): KiwiService {
  const { bus, logger, database, clock = SYSTEM_CLOCK, files = SYSTEM_FILES, ...wire } = deps;
  const { texts = createTextWork(), spans = NO_SPANS } = deps;
  const metrics = createKiwiMetrics();
  const observer = createCallObserver({ metrics, logger });
  const base = { database, clock, logger };
  const partition = openPartition(config, {
    ...base,
    onHeld: (tenant) => void registry.bringShelf(tenant),
    onLost: (tenant) => libraries.letGo(tenant),
  });
  const homes = openHomes(config, {
    ...base,
    files,
    partition,
    openSecret: (tenant, name) => secrets.openForLibrary(tenant, name),
  });
  const libraries = createLibraries({
    config,
    texts,
    logger,
    openHome: homes.open,
    filesOf: partition?.filesOf,
    vouch: (tenant, file) => registry.vouch(tenant, file),
    onLoad: (seconds) => metrics.loadSeconds.observe(seconds),
    onRescan: (extent) => metrics.rescans.inc({ extent }),
    onUpdate(update) {
      tellUpdate({ bus, metrics, logger }, update);
      finding.tend(update.tenant);
    },
  });
  countItems(metrics, libraries);
  const weights = createWeights();
  const secrets = createSecrets({ database, masterKey: openMasterKey(config), clock, logger });
  const scripts = createScriptDeps(config, { metrics, logger, clock, weights, secrets });
  const records = createRecordedResults(clock);
  const trust = openTrust(config.stateDirectory);
  const shared = { database, metrics, clock, texts, files, logger };
  const registry = openRegistry(config, { ...shared, trust, libraries, partition });
  const writes = writesOf(config, { files, clock });
  const trail = createAuditTrail({ bus, metrics });
  const questions = createQuestions(clock);
  const common = { libraries, homes, registry, observer, trail, questions, clock };
  const calls = createCallLog({
    bus,
    weightOf: weights.of,
    onDropped: (count) => metrics.callEndsDropped.inc(count),
  });
  const execute = createExecuteCall({ ...common, records, calls, scripts, writes });
  const isShared = partition !== undefined;
  const finding = findingPart({ bus, libraries, metrics, logger, clock, isShared });
  const reading = { find: finding.find, runs: recalledRuns({ records, calls }), secrets };
  const door = { clock, weights, partition };
  const core = createKiwiApi({ ...common, ...reading, execute, writes });
  const api = tracedKiwi(openDoor(core, door), spans, "server");
  const server = grpcPart(config, api, { logger, ...wire });
  const lifecycle = createLifecycle(
    [
      auditPart(trail),
      { name: "texts", stop: () => texts.close() },
      { name: "calls", stop: (deadlineAt) => calls.close(deadlineAt - Date.now()) },
      ...(partition === undefined ? [] : [partition.part]),
      libraryPart(config, { libraries, scripts, isShared }),
      homes.part,
      registryPart(database, registry, logger),
      finding.part,
      deletionPart(bus, { config, libraries, trust, database }),
      server.part,
    ],
    logger,
  );
  const facts = { name: "kiwi", registry: metrics.registry, api } as const;
  return livingAs(lifecycle, { ...facts, port: () => server.port() });
}

function livingAs(
  lifecycle: ReturnType<typeof createLifecycle>,
  facts: Pick<KiwiService, "name" | "registry" | "api" | "port">,
): KiwiService {
  return {
    ...facts,
    state: () => lifecycle.state(),
    unready: () => lifecycle.unready(),
    degraded: () => lifecycle.degraded?.() ?? [],
    dependencies: () => lifecycle.dependencies?.() ?? {},
    start: () => lifecycle.start(),
    stop: (deadlineMs) => lifecycle.stop(deadlineMs),
  };
}

function deletionPart(bus: KiwiDeps["bus"], deps: KiwiHolderDeps): Part {
  let subscriptions: Subscription[] = [];
  return {
    name: "deletion",
    start() {
      subscriptions = [
        answerDeletions(bus, "kiwi", createKiwiHolder(deps)),
        hearGone(bus, (tenant) => deps.libraries.letGo(tenant)),
      ];
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}

/** Stopped last: what ends with the service is on record, too. */
function auditPart(trail: AuditTrail): Part {
  return {
    name: "audit",
    start: async () => undefined,
    stop: (deadlineAt) => trail.close(deadlineAt - Date.now()),
  };
}

interface LibraryPartDeps {
  libraries: Libraries;
  scripts: ScriptDeps;
  /** Which of several tool cores holds the local one is known when it is asked for. */
  isShared: boolean;
}

/** The local library is read before the service is ready; other tenants' when first asked for. */
function libraryPart(config: KiwiConfig, { libraries, scripts, isShared }: LibraryPartDeps): Part {
  return {
    name: "library",
    async start() {
      await assertFolders(config);
      // The sandbox's self-test goes on meanwhile; scripts wait for it, nothing else does.
      void scripts.sandbox();
      if (!isShared) await libraries.of(LOCAL_TENANT);
    },
    stop: () => libraries.close(),
  };
}

/**
 * Opened ahead of the first who needs it: starting an embedded database keeps a core busy for
 * seconds, which nobody should meet while typing. Nothing local waits for it, nor fails with it.
 */
function registryPart(database: Database | undefined, registry: Registry, logger: Logger): Part {
  let watch: DatabaseWatch | undefined;
  return {
    name: "database",
    async start() {
      if (database === undefined) return;
      watch = watchDatabase(database);
      if (database.isUntouched()) return;
      const caughtUp = database.ready().then(() => registry.catchUp());
      caughtUp.catch((err: unknown) => logger.warn({ err }, "registry is not there yet"));
    },
    stop: () => watch?.stop(),
    dependency: () => watch?.trouble(),
  };
}

function grpcPart(
  { listen, secret }: KiwiConfig,
  api: KiwiApi,
  wire: Pick<KiwiDeps, "logger" | "verifyClaim" | "tls">,
): { part: Part; port: () => number | undefined } {
  let server: RpcServer | undefined;
  const part: Part = {
    name: "grpc",
    async start() {
      if (listen !== undefined) server = await serveKiwi({ api, ...listen, secret, ...wire });
    },
    async stop() {
      await server?.close();
    },
  };
  return { part, port: () => server?.port };
}

/** Gauges are read when scraped: libraries come and go with their tenants. */
function countItems(metrics: KiwiMetrics, libraries: Libraries): void {
  const count = (pick: "items" | "broken", type: ItemType): number =>
    libraries
      .loaded()
      .reduce((sum, library) => sum + library[pick].filter((i) => i.item_type === type).length, 0);
  metrics.onCollect(() => {
    metrics.embeddedItems.set(embeddedCount(libraries));
    metrics.polledFolders.set(libraries.polledFolders());
    for (const item_type of ITEM_TYPES) {
      metrics.items.set({ item_type }, count("items", item_type));
      metrics.brokenItems.set({ item_type }, count("broken", item_type));
    }
  });
}

import { answerDeletions, type Bus, hearGone, type Subscription } from "@lilux/bus";
import type { Tls } from "@lilux/certificates";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createFairPlaces, createWeights, type Weights } from "@lilux/core/fairness";
import { type Database, type DatabaseWatch, watchDatabase } from "@lilux/database";
import { SYSTEM_FILES, type WritingFiles } from "@lilux/files";
import {
  ITEM_TYPES,
  type ItemType,
  LOCAL_TENANT,
  type Mandate,
  type MeaningState,
} from "@lilux/protocol";
import { type KiwiApi, type RpcServer, serveKiwi, type VerifyClaim } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { type AuditTrail, createAuditTrail } from "./audit/audit-trail.ts";
import type { KiwiConfig } from "./config.ts";
import { createQuestions } from "./consent/questions.ts";
import { createKiwiHolder, type KiwiHolderDeps } from "./delete/tenant-holder.ts";
import { createKiwiApi } from "./door/create-kiwi-api.ts";
import { fairApi } from "./door/fair-api.ts";
import { mandatedApi } from "./door/mandated-api.ts";
import { createCallObserver } from "./door/observe-call.ts";
import { createEmbeddingSource } from "./find/ask-embeddings.ts";
import { createLibraryEmbedder } from "./find/embed-libraries.ts";
import { createFindItems } from "./find/find-items.ts";
import { openHomes } from "./homes/open-homes.ts";
import { assertFolders } from "./library/assert-folders.ts";
import { createLibraries, type Libraries } from "./library/libraries.ts";
import { relist } from "./library/relist.ts";
import { tellUpdate } from "./library/tell-update.ts";
import { createKiwiMetrics, type KiwiMetrics } from "./metrics.ts";
import { shelfOf } from "./registry/libraries/library-of-shelf.ts";
import { openTrust } from "./registry/open-trust.ts";
import { createRegistry, type Registry } from "./registry/registry.ts";
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

export function createKiwiService(
  config: KiwiConfig,
  {
    bus,
    logger,
    database,
    clock = SYSTEM_CLOCK,
    files = SYSTEM_FILES,
    texts = createTextWork(),
    ...wire
  }: KiwiDeps,
): KiwiService {
  const metrics = createKiwiMetrics();
  const observer = createCallObserver({ metrics, logger });
  const homes = openHomes(config, { database, files, logger, clock });
  const libraries = createLibraries({
    config,
    texts,
    logger,
    openHome: homes.open,
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
  const shared = { database, trust, metrics, clock, texts };
  const registry = createRegistry({
    ...shared,
    onModerated: (item) => relist(libraries, item),
    ...shelfOf(config, libraries, logger),
  });
  const writes = writesOf(config, { files, clock });
  const trail = createAuditTrail({ bus, metrics });
  const questions = createQuestions(clock);
  const common = { libraries, homes, registry, observer, trail, questions, clock };
  const calls = createCallLog({ bus, onDropped: (count) => metrics.callEndsDropped.inc(count) });
  const execute = createExecuteCall({ ...common, records, calls, scripts, writes });
  const finding = findingPart({ bus, libraries, metrics, logger, clock });
  const runs = recalledRuns({ records, calls });
  const reading = { find: finding.find, runs, secrets };
  const api = doorOf(createKiwiApi({ ...common, ...reading, execute, writes }), { clock, weights });
  const server = grpcPart(config, api, { logger, ...wire });
  const lifecycle = createLifecycle(
    [
      auditPart(trail),
      { name: "texts", stop: () => texts.close() },
      { name: "calls", stop: (deadlineAt) => calls.close(deadlineAt - Date.now()) },
      libraryPart(config, libraries, scripts),
      homes.part,
      registryPart(database, registry, logger),
      finding.part,
      deletionPart(bus, { config, libraries, trust, database }),
      server.part,
    ],
    logger,
  );
  const { registry: counted } = metrics;
  return livingAs(lifecycle, { name: "kiwi", registry: counted, api, port: () => server.port() });
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

/** More at once would only wait for one another. */
const CALLS_AT_ONCE = 16;
const CALLS_WAITING_MAX = 2_000;

/** Whose call it is and whether they may is looked at before it takes a place. */
function doorOf(api: KiwiApi, { clock, weights }: { clock: Clock; weights: Weights }): KiwiApi {
  const bounds = { placesMax: CALLS_AT_ONCE, waitingMax: CALLS_WAITING_MAX, limit: "calls" };
  const places = createFairPlaces({ ...bounds, weightOf: weights.of, now: clock.monotonic });
  const onMandate = ({ tenant, weight }: Mandate): void => weights.note(tenant, weight);
  return mandatedApi(fairApi(api, places), onMandate);
}

/** Stopped last: what ends with the service is on record, too. */
function auditPart(trail: AuditTrail): Part {
  return {
    name: "audit",
    start: async () => undefined,
    stop: (deadlineAt) => trail.close(deadlineAt - Date.now()),
  };
}

/** The local library is read before the service is ready; other tenants' when first asked for. */
function libraryPart(config: KiwiConfig, libraries: Libraries, scripts: ScriptDeps): Part {
  return {
    name: "library",
    async start() {
      await assertFolders(config);
      // The sandbox's self-test goes on meanwhile; scripts wait for it, nothing else does.
      void scripts.sandbox();
      await libraries.of(LOCAL_TENANT);
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

interface FindingDeps extends Pick<KiwiDeps, "bus" | "logger"> {
  libraries: Libraries;
  metrics: KiwiMetrics;
  clock: Clock;
}

/** Meaning comes from the router, if there is one: nothing waits for it, and nothing fails without. */
function findingPart(deps: FindingDeps) {
  const { libraries, metrics } = deps;
  const source = createEmbeddingSource(deps);
  const embedder = createLibraryEmbedder({
    ...deps,
    source,
    embeddedCount: () => embeddedCount(libraries),
  });
  const onFound = (meaning: MeaningState): void => metrics.rankings.inc({ meaning });
  const tend = async (tenant: string): Promise<void> =>
    embedder.tend(tenant, await libraries.of(tenant));
  const part: Part = {
    name: "meaning",
    start: () => tend(LOCAL_TENANT),
    stop: () => embedder.close(),
  };
  return {
    part,
    find: createFindItems({ source, embedder, onFound }),
    /** A library that cannot be read is told of where it is read. */
    tend: (tenant: string) => void tend(tenant).catch(() => undefined),
  };
}

function embeddedCount(libraries: Libraries): number {
  return libraries.loaded().reduce((sum, { index }) => sum + index.meaning.embedded, 0);
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

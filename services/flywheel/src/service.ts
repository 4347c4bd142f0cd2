import { randomUUID } from "node:crypto";
import {
  answerDeletions,
  type Bus,
  type BusMessage,
  type Subscription,
  subjects,
  tenantOfSubject,
} from "@lilux/bus";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { loggedError } from "@lilux/core/telemetry";
import {
  createFlywheelHolder,
  createFlywheelStore,
  createModelStore,
  type Database,
  type DatabaseWatch,
  type ModelStore,
  watchDatabase,
} from "@lilux/database";
import { createParser, FlywheelRequest, type Tenant } from "@lilux/protocol";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import { createArtefactFolder } from "./artefacts/artefact-folder.ts";
import { sweepArtefacts } from "./artefacts/sweep-artefacts.ts";
import { withArtefactFolder } from "./artefacts/with-artefact-folder.ts";
import type { FlywheelConfig } from "./config.ts";
import { ownEvaluationSets } from "./dataset/own-evaluation-sets.ts";
import { type FitRankersDeps, fitRankersNightly } from "./fit/fit-rankers-nightly.ts";
import { createConsents } from "./ingest/consents.ts";
import { takeInteraction } from "./ingest/take-interaction.ts";
import { createFlywheelMetrics } from "./metrics.ts";
import { gateRules } from "./models/gate-rules.ts";
import { watchTrials } from "./models/watch-trials.ts";
import { deleteOldTurns } from "./retain/delete-old-turns.ts";
import { answerRequest } from "./serve/answer-request.ts";
import { fitNightly } from "./thresholds/fit-nightly.ts";
import { mirrorRuns } from "./track/mirror-runs.ts";
import { createMlflowClient } from "./track/mlflow-client.ts";

export interface FlywheelDeps {
  bus: Bus;
  database: Database;
  logger: Logger;
  /** The process's unless told. */
  clock?: Clock;
}

export type FlywheelService = Service;

const NAME = "flywheel";
/** Making an embedded database works for seconds, and on busy cores for many. */
const STORE_WITHIN_MS = 30_000;
const parser = createParser(FlywheelRequest, "flywheel request");

/** Keeps what people let be kept of their turns, and makes datasets of it. */
export function createFlywheelService(config: FlywheelConfig, deps: FlywheelDeps): FlywheelService {
  const { bus, database, logger, clock = SYSTEM_CLOCK } = deps;
  const { inFlightMax, keptDays, datasetTurnsMax, canaryTurnsMin } = config;
  const actErrorMax = config.actErrorPercent / 100;
  const registry = new Registry();
  const metrics = createFlywheelMetrics(registry);
  const store = createFlywheelStore(database, { deadlineMs: STORE_WITHIN_MS });
  const consents = createConsents(store, clock);
  const registered = createModelStore(database, { deadlineMs: STORE_WITHIN_MS });
  const { models, sweep } = artefactsOf(config, { models: registered, clock, logger });
  const tell = { bus, store: models, start: randomUUID() };
  const { mlflowUrl: url, mlflowToken: token } = config;
  const client = url === undefined ? undefined : createMlflowClient({ url, token });
  const mirror = mirrorRuns({ client, clock, logger });
  const ended = new AbortController();
  const rules = gateRules({
    confidence: config.gateConfidence / 100,
    casesMin: config.gateCasesMin,
  });

  const stream = subscribed("interactions", bus, () =>
    bus.consume(
      "INTERACTIONS",
      (message) => takeInteraction(message, { store, consents, metrics, logger }),
      // Nobody had agreed to anything before there was somebody to ask.
      { durable: NAME, inFlightMax, startAt: clock.unix() },
    ),
  );
  const door = subscribed("requests", bus, async () =>
    bus.respond(subjects.ofAllTenants("flywheel"), answer, { queue: NAME }),
  );

  const holder = createFlywheelHolder({ store, consents, isMirrored: client !== undefined });
  const deletions = subscribed("deletions", bus, async () => answerDeletions(bus, NAME, holder));

  const ask = (tenant: Tenant, request: FlywheelRequest): Promise<unknown> =>
    answerRequest(tenant, request, {
      store,
      consents,
      metrics,
      clock,
      datasetTurnsMax,
      models,
      evaluating: { bus, rules, ended: ended.signal },
      tell,
      mirror,
      canaryTurnsMin,
      actErrorMax,
      evaluationSets: async () => config.evaluationSets ?? ownEvaluationSets(),
    });

  async function answer({ subject, body }: BusMessage): Promise<unknown> {
    const request = parser.parse(body);
    try {
      return await ask(tenantOfSubject(subject), request);
    } catch (thrown) {
      throw loggedError(thrown, { logger, message: "flywheel request failed", fields: {} });
    }
  }

  const retention = deleteOldTurns({ store, metrics, clock, logger, keptDays });
  const watching = { models, store, tell, metrics, clock, logger, everyMs: config.watchMs };
  const fitting = fitNightly({ models, store, tell, clock, logger, actErrorMax });
  const nights = nightsOf(config, { store, models, ask, clock, logger });
  const parts = [
    databasePart(database),
    door,
    deletions,
    stream,
    retention,
    watchTrials(watching),
    fitting,
    mirror.part,
    ...sweep,
    ...(nights === undefined ? [] : [nights]),
  ];
  return serviceOf(createLifecycle(parts, logger), { registry, ended });
}

/** Where models' files lie: in the database, unless a folder is named. */
function artefactsOf(
  { artefacts: directory, artefactsMibMax }: FlywheelConfig,
  { models, clock, logger }: { models: ModelStore; clock: Clock; logger: Logger },
): { models: ModelStore; sweep: Part[] } {
  if (directory === undefined) return { models, sweep: [] };
  const folder = createArtefactFolder({ directory, bytesMax: artefactsMibMax * 1024 * 1024 });
  return {
    models: withArtefactFolder(models, { folder, logger }),
    sweep: [sweepArtefacts({ folder, models, clock, logger })],
  };
}

/** Undefined where nobody asked for it. */
function nightsOf(
  { fit, fitHour, fitCanaryPercent, canaryTurnsMin }: FlywheelConfig,
  deps: Pick<FitRankersDeps, "store" | "models" | "ask" | "clock" | "logger">,
): Part | undefined {
  if (fit === "off") return undefined;
  const share = fitCanaryPercent / 100;
  const turns = { canaryTurnsMin, shadowTurnsMin: canaryTurnsMin };
  return fitRankersNightly({ ...deps, ...turns, hour: fitHour, how: fit, share });
}

/** Whoever waits for a router's answer is let go before anything stops. */
function serviceOf(
  lifecycle: ReturnType<typeof createLifecycle>,
  { registry, ended }: { registry: Registry; ended: AbortController },
): FlywheelService {
  return {
    name: NAME,
    registry,
    state: () => lifecycle.state(),
    unready: () => lifecycle.unready(),
    degraded: () => lifecycle.degraded?.() ?? [],
    dependencies: () => lifecycle.dependencies?.() ?? {},
    start: () => lifecycle.start(),
    stop(deadlineMs) {
      ended.abort();
      return lifecycle.stop(deadlineMs);
    },
  };
}

function databasePart(database: Database): Part {
  let watch: DatabaseWatch | undefined;
  return {
    name: "database",
    start() {
      watch = watchDatabase(database);
    },
    stop: () => watch?.stop(),
    dependency: () => watch?.trouble(),
  };
}

function subscribed(name: string, bus: Bus, subscribe: () => Promise<Subscription>): Part {
  let subscription: Subscription | undefined;
  return {
    name,
    async start() {
      subscription = await subscribe();
    },
    stop: () => subscription?.close(),
    unready: () => (bus.connected() ? undefined : "bus is not connected"),
  };
}

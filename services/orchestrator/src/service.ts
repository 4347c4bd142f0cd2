import {
  answerDeletions,
  type Bus,
  createDeploymentBook,
  createReplicaGroup,
  type DeploymentBook,
  hearGone,
  type Subscription,
  subjects,
  tenantOfSubject,
} from "@lilux/bus";
import type { Tls } from "@lilux/certificates";
import type { ContextStore } from "@lilux/context-store";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createWeights, type Weights } from "@lilux/core/fairness";
import { NO_SPANS, type Spans } from "@lilux/core/telemetry";
import { executeDeadlines, LiluxError } from "@lilux/protocol";
import {
  directOrchestrator,
  type KiwiApi,
  type ListModels,
  type RpcServer,
  type RunTurn,
  serveOrchestrator,
  tracedRunTurn,
  type VerifyClaim,
} from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import { type OrchestratorConfig, TEACHING_BY_HAND, TENANT_TURNS_MAX } from "./config.ts";
import { createCalibrations } from "./decisions/calibrations.ts";
import { VERIFY_DEADLINES } from "./decisions/verify-deadlines.ts";
import {
  type ConversationHistory,
  createConversationHistory,
} from "./history/conversation-history.ts";
import { createLibrarySummary } from "./history/library-summary.ts";
import { createOrchestratorHolder } from "./history/tenant-holder.ts";
import { createMetrics, type OrchestratorMetrics } from "./metrics.ts";
import type { LanguageModel } from "./model/language-model.ts";
import { modelOf } from "./model/model-of.ts";
import { createPools } from "./model/pools/create-pools.ts";
import { offeredModels } from "./model/pools/offered-models.ts";
import type { Pool, PoolTiming } from "./model/pools/pool.ts";
import { poolParts } from "./model/pools/pool-parts.ts";
import { createTeaching } from "./teach/create-teaching.ts";
import { measureTurn } from "./turn/measure-turn.ts";
import { createRunTurn } from "./turn/run-turn.ts";
import { createTurnGate } from "./turn/turn-gate.ts";

export interface OrchestratorDeps {
  bus: Bus;
  contextStore: ContextStore;
  /** A remote one says whether it is connected; that decides readiness. */
  kiwi: KiwiApi & { connected?(): boolean };
  logger: Logger;
  /** Where it tells how long its work took; nowhere unless given. */
  spans?: Spans;
  clock?: Clock;
  /** Instead of the one the config names. */
  model?: LanguageModel;
  poolTiming?: Partial<PoolTiming>;
  /** Where the gateway signs whose turn it is. */
  verifyClaim?: VerifyClaim | undefined;
  /** Of gRPC: what is shown to callers, and whose callers are heard. */
  tls?: Tls | undefined;
}

export interface OrchestratorService extends Service {
  /** For callers in this process; throws `orchestrator_unavailable` once the service stops. */
  runTurn: RunTurn;
  listModels: ListModels;
  /** Where the gRPC server listens; undefined when it does not. */
  port(): number | undefined;
}

/** How long before the stop's deadline running turns are ended, so that each can still say so. */
const ENDING_MS = 1_000;

export function createOrchestratorService(
  config: OrchestratorConfig,
  deps: OrchestratorDeps,
): OrchestratorService {
  const { bus, contextStore, kiwi, logger, clock = SYSTEM_CLOCK, spans = NO_SPANS } = deps;
  const registry = new Registry();
  const metrics = createMetrics(registry);
  const weights = createWeights();
  const pooled = { ...deps, clock, metrics, weights, spans };
  const [pools, locals] = [createPools(config, pooled), localsOf(config, pooled)];
  const book = createDeploymentBook({ bus, clock, logger });
  const model = modelOf(
    { pools, locals },
    { config, given: deps.model, book, clock, metrics, logger },
  );
  const ending = new AbortController();
  const library = createLibrarySummary({ bus, kiwi, clock, logger });
  const routers = createReplicaGroup("router", { bus });
  const gate = turnGate(config, { metrics, logger, weights });
  const history = createConversationHistory(contextStore);
  const ran = createRunTurn({
    routers,
    kiwi,
    model,
    metrics,
    logger,
    clock,
    calibrations: createCalibrations(config.calibrations),
    verifyWithin: { ...VERIFY_DEADLINES, ...config.verifyWithin },
    executeWithinMs: config.executeWithinMs ?? executeDeadlines().caller,
    history,
    library,
    ending: ending.signal,
    onEnd: (scope, end) => measureTurn({ metrics, logger, modelName: model.name }, scope, end),
  });
  const runTurn = gate.guard(tracedRunTurn(ran, spans, "server"));
  const hasModel = pools.length > 0 || deps.model !== undefined;
  const taught = { bus, kiwi, contextStore, model, hasModel, clock, logger, metrics };
  const teaching = createTeaching(config.teaching ?? TEACHING_BY_HAND, taught);
  const listModels = listModelsOf([...pools, ...locals]);
  let server: RpcServer | undefined;
  const turns: Part = {
    name: "turns",
    async start() {
      if (config.listen === undefined) return;
      server = await serveOrchestrator({
        ...config.listen,
        secret: config.secret,
        verifyClaim: deps.verifyClaim,
        tls: deps.tls,
        runTurn,
        listModels,
        logger,
      });
    },
    async stop(deadlineAt) {
      gate.close();
      await gate.idle(deadlineAt - ENDING_MS);
      ending.abort(new LiluxError("interrupted"));
      await gate.idle(deadlineAt);
      await server?.close();
    },
  };
  return {
    ...createLifecycle(
      [
        { name: "library", start: library.start, stop: library.stop },
        toolsPart(kiwi),
        ...neighbours(bus, contextStore),
        deploymentsPart(bus, book),
        { name: "routers", stop: () => routers.close() },
        ...poolParts(pools, locals),
        teaching,
        deletionPart({ bus, contextStore, history }),
        // Stopped first, and at once: no turn begins on what is being closed.
        turns,
      ],
      logger,
    ),
    name: "orchestrator",
    registry,
    runTurn: directOrchestrator(runTurn),
    listModels,
    port: () => server?.port,
  };
}

function listModelsOf(pools: readonly Pool[]): ListModels {
  return async (tenant, options) => offeredModels(pools, { tenant, mandate: options?.mandate });
}

function deletionPart(deps: {
  bus: Bus;
  contextStore: ContextStore;
  history: ConversationHistory;
}): Part {
  const { bus, contextStore, history } = deps;
  let subscriptions: Subscription[] = [];
  return {
    name: "deletion",
    start() {
      subscriptions = [
        answerDeletions(bus, "orchestrator", createOrchestratorHolder(contextStore)),
        hearGone(bus, (tenant) => history.letGo(tenant)),
      ];
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}

/** Which models are deployed is read anew when it is announced. */
function deploymentsPart(bus: Bus, book: DeploymentBook): Part {
  let subscription: Subscription | undefined;
  return {
    name: "deployments",
    start() {
      subscription = bus.subscribe(subjects.ofAllTenants("deployed"), ({ subject }) => {
        book.changed(tenantOfSubject(subject));
      });
    },
    stop: () => subscription?.close(),
  };
}

/** How many turns run at once, in all and of one tenant. */
function turnGate(
  { tenantTurnsMax = TENANT_TURNS_MAX }: OrchestratorConfig,
  { metrics, logger, weights }: { metrics: OrchestratorMetrics; logger: Logger; weights: Weights },
) {
  return createTurnGate({
    onCount: (running) => metrics.turnsInFlight.set(running),
    onRefused(tenant, code) {
      metrics.turnsRefused.inc({ code });
      logger.info({ tenant, code, reason: "turns" }, "turn refused");
    },
    tenantTurnsMax,
    weights,
  });
}

/** Who does a part of the built-in model's work, where one is configured. */
function localsOf(
  { local, modelLimits }: OrchestratorConfig,
  deps: Parameters<typeof createPools>[1],
): Pool[] {
  return local === undefined ? [] : createPools({ pools: [local.pool], modelLimits }, deps);
}

/** Turns go on without both: with what is in memory, and with what the slow path finds. */
function neighbours(bus: Bus, store: ContextStore): Part[] {
  return [
    { name: "bus", dependency: () => (bus.connected() ? undefined : "bus is not connected") },
    {
      name: "context-store",
      dependency: () => (store.connected() ? undefined : "the context store does not answer"),
    },
  ];
}

/** Conversation goes on without the tool core; only a start waits until it was once there. */
function toolsPart(kiwi: OrchestratorDeps["kiwi"]): Part {
  let wasThere = false;
  const trouble = (): string | undefined =>
    kiwi.connected?.() === false ? "the tool core does not answer" : undefined;
  return {
    name: "kiwi",
    dependency: trouble,
    unready() {
      wasThere ||= trouble() === undefined;
      return wasThere ? undefined : trouble();
    },
  };
}

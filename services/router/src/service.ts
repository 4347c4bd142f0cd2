import { type Bus, createDeploymentBook, type Subscription } from "@lilux/bus";
import type { ContextStore } from "@lilux/context-store";
import { type Clock, finishWithin, SYSTEM_CLOCK } from "@lilux/core/async";
import { createWeights } from "@lilux/core/fairness";
import { NO_SPANS, type Spans } from "@lilux/core/telemetry";
import type { Prediction, PredictRequest, Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import type { RouterConfig } from "./config.ts";
import { createNearContext } from "./context/near-context.ts";
import { createDeployedRankers } from "./deploy/deployed-rankers.ts";
import { learnFromTurns } from "./learn/learn-from-turns.ts";
import { createLessonBooks } from "./lessons/lesson-books.ts";
import type { LibraryCounts } from "./library/libraries.ts";
import { createRouterMetrics } from "./metrics.ts";
import type { Engine } from "./predict/engine.ts";
import { createEngineSlot, type EngineSlot } from "./predict/engine-slot.ts";
import { type OpenModel, openEngine } from "./predict/open-engine.ts";
import { createPredictor, type PredictOptions } from "./predict/predictor.ts";
import { createModelSwap } from "./predict/swap-model.ts";
import { serveBus } from "./serve/serve-bus.ts";

export interface RouterDeps {
  bus: Bus;
  contextStore: ContextStore;
  kiwi: Pick<KiwiApi, "listItems">;
  logger: Logger;
  /** The process's unless told. */
  clock?: Clock;
  /** Where it tells how long its work took; nowhere unless given. */
  spans?: Spans;
  /** The shipped encoder unless told. */
  openModel?: OpenModel;
}

export interface RouterService extends Service {
  /**
   * The ranked calls for one line. Rejects with `cancelled` when a newer line
   * of the session took its place, `deadline_exceeded` or `overloaded` when it
   * could not be done in time, `router_unavailable` when the model is down.
   * What is missing for a full answer is named in `degraded`, never an error.
   * A request of seq 0 stands alone: it neither replaces nor is replaced.
   */
  predict(request: PredictRequest, options?: PredictOptions): Promise<Prediction>;
  /**
   * Changes to the model of another folder, once it is loaded and has embedded
   * the libraries in use. No prediction fails for it. Rejects, and changes
   * nothing, when that model cannot be used.
   */
  swapModel(directory: string): Promise<void>;
}

const MEMO_TTL_MS = 60_000;
const SESSIONS_NEAR_MAX = 20_000;
const CONTEXT_ENTRY_TTL_MS = 5_000;
/** How long a start waits for the first libraries; they go on loading after it. */
const WARM_START_MS = 1_500;

export function createRouterService(config: RouterConfig, deps: RouterDeps): RouterService {
  const { bus, kiwi, logger, clock = SYSTEM_CLOCK, openModel, spans = NO_SPANS } = deps;
  const registry = new Registry();
  const slot = createEngineSlot();
  const metrics = createRouterMetrics(registry, gaugesOf(slot));
  const near = {
    waitMs: config.contextWaitMs,
    sessionsMax: SESSIONS_NEAR_MAX,
    entryTtlMs: CONTEXT_ENTRY_TTL_MS,
  };
  const context = createNearContext(near, { store: deps.contextStore, clock });
  const lessons = createLessonBooks({ bus, clock, logger, model: () => linesOf(slot) });
  const book = createDeploymentBook({ bus, clock, logger });
  const rankers = createDeployedRankers({ book, logger, onUnusable: metrics.modelUnusable });
  const weights = createWeights();
  const predictor = createPredictor(
    { ...config, memoTtlMs: MEMO_TTL_MS },
    { borrow: slot.borrow, context, lessons, rankers, metrics, weights, clock, spans },
  );
  const open = async (directory: string): Promise<Engine> => {
    const observer = metrics.pool;
    const engine = await openEngine(directory, config, {
      bus,
      kiwi,
      logger,
      observer,
      clock,
      openModel,
      weights,
    });
    logger.info({ model: engine.modelKey }, "model opened");
    return engine;
  };
  const lifecycle = createLifecycle(
    [
      modelPart(slot, () => open(config.modelDirectory)),
      libraryPart(slot, config.warmTenants),
      contextStorePart(deps.contextStore),
      busPart(bus, () => serveBus({ bus, predictor, slot, context, lessons, book, clock, logger })),
      learningPart(() => learnFromTurns({ bus, slot, clock, mayLearn: config.learnFrom })),
    ],
    logger,
  );
  return {
    name: "router",
    registry,
    ...lifecycle,
    predict: predictor.predict,
    swapModel: createModelSwap({ slot, open, isRunning: () => lifecycle.state() === "ready" }),
  };
}

/** The model that lines are read by now. */
function linesOf(slot: EngineSlot): { key: string; width: number } {
  const engine = slot.current();
  const width = engine?.model.capabilities.embeddingDimensions ?? 0;
  return { key: engine?.modelKey ?? "none", width };
}

const NO_LIBRARY: LibraryCounts = { items: 0, embedded: 0, phrasings: 0, phrasingsPending: 0 };

function gaugesOf(slot: EngineSlot) {
  return {
    queue() {
      const load = slot.current()?.model.load();
      return { lines: load?.waitingLines ?? 0, items: load?.waitingItems ?? 0 };
    },
    library: () => slot.current()?.libraries.counts() ?? NO_LIBRARY,
  };
}

function modelPart(slot: EngineSlot, open: () => Promise<Engine>): Part {
  return {
    name: "model",
    start: async () => slot.replace(await open()),
    stop: () => slot.replace(undefined),
    unready: () =>
      (slot.current()?.model.load().workersReady ?? 0) > 0 ? undefined : "no model worker is ready",
  };
}

function libraryPart(slot: EngineSlot, tenants: readonly Tenant[]): Part {
  return {
    name: "library",
    async start() {
      const { libraries } = slot.current() ?? {};
      if (libraries === undefined) return;
      const warmed = Promise.all(tenants.map((tenant) => libraries.complete(tenant)));
      await finishWithin(warmed, WARM_START_MS);
    },
    stop: () => slot.current()?.libraries.close(),
  };
}

/** A router that cannot learn predicts all the same, and tries again when it is started. */
function learningPart(begin: () => Promise<Subscription>): Part {
  let learning: Promise<Subscription> | undefined;
  return {
    name: "learning",
    start() {
      learning = begin();
      learning.catch(() => undefined);
    },
    async stop() {
      const subscription = await learning?.catch(() => undefined);
      await subscription?.close();
    },
  };
}

/** Predictions go on without it, and are less sure of what a session is about. */
function contextStorePart(store: ContextStore): Part {
  return {
    name: "context-store",
    dependency: () => (store.connected() ? undefined : "the context store does not answer"),
  };
}

function busPart(bus: Bus, serve: () => Subscription[]): Part {
  let subscriptions: Subscription[] = [];
  return {
    name: "bus",
    start() {
      subscriptions = serve();
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
    dependency: () => (bus.connected() ? undefined : "the bus is not connected"),
  };
}

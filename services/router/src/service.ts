import { type Bus, type BusMessage, type Subscription, subjects } from "@lilux/bus";
import type { ContextStore } from "@lilux/context-store";
import { parseTraceparent } from "@lilux/core";
import { createParser, LiluxError, type Prediction, PredictRequest } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import type { RouterConfig } from "./config.ts";
import { createNearContext } from "./context/near-context.ts";
import { createEmbeddingCache, NO_EMBEDDING_CACHE } from "./library/embedding-cache.ts";
import { createLibraries, type LibrariesDeps } from "./library/libraries.ts";
import { createRouterMetrics } from "./metrics.ts";
import { createEncoderModel } from "./model/create-encoder-model.ts";
import { modelKeyOf } from "./model/model-manifest.ts";
import type { RouterModel } from "./model/router-model.ts";
import type { PoolObserver } from "./model/worker-pool.ts";
import { embedTexts } from "./predict/embed-texts.ts";
import { createEngine, type Engine } from "./predict/engine.ts";
import { createEngineSlot } from "./predict/engine-slot.ts";
import { createPredictor, type PredictOptions } from "./predict/predictor.ts";

export interface RouterDeps {
  bus: Bus;
  contextStore: ContextStore;
  kiwi: Pick<KiwiApi, "listItems">;
  logger: Logger;
  /** Unix milliseconds; the process's clock unless told. */
  clock?: () => number;
  /** Opens the model of a folder; the shipped encoder unless told. */
  openModel?: (directory: string, observer: PoolObserver) => Promise<RouterModel>;
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

const QUEUE = "router";
const MEMO_TTL_MS = 60_000;
const SESSIONS_NEAR_MAX = 20_000;
const CONTEXT_ENTRY_TTL_MS = 5_000;
const LIST_DEADLINE_MS = 10_000;
const LIBRARY_REFRESH_MS = 5 * 60_000;
/** How long a start waits for the first libraries; they go on loading after it. */
const WARM_START_MS = 1_500;

const parser = createParser(PredictRequest, "keystroke");

export function createRouterService(config: RouterConfig, deps: RouterDeps): RouterService {
  const { bus, logger, clock = Date.now } = deps;
  const registry = new Registry();
  const slot = createEngineSlot();
  const metrics = createRouterMetrics(registry, {
    queue() {
      const load = slot.current()?.model.load();
      return { lines: load?.waitingLines ?? 0, items: load?.waitingItems ?? 0 };
    },
    library: () => slot.current()?.libraries.counts() ?? { items: 0, embedded: 0 },
  });
  const context = createNearContext(
    {
      waitMs: config.contextWaitMs,
      sessionsMax: SESSIONS_NEAR_MAX,
      entryTtlMs: CONTEXT_ENTRY_TTL_MS,
    },
    { store: deps.contextStore, clock },
  );
  const predictor = createPredictor(
    { ...config, memoTtlMs: MEMO_TTL_MS },
    { borrow: slot.borrow, context, metrics, clock },
  );

  async function openEngine(directory: string): Promise<Engine> {
    const model = await openModel(directory);
    try {
      return createEngine(model, createLibraries(libraryOptions(config), libraryDeps(model)));
    } catch (error) {
      await model.close();
      throw error;
    }
  }

  function openModel(directory: string): Promise<RouterModel> {
    const observer: PoolObserver = {
      ...metrics.pool,
      workerLost(error) {
        metrics.pool.workerLost(error);
        logger.error({ err: error }, "model worker lost");
      },
    };
    if (deps.openModel !== undefined) return deps.openModel(directory, observer);
    const { workers, linesWaitingMax } = config;
    return createEncoderModel({ directory, workers, linesWaitingMax, observer, now: clock });
  }

  function libraryDeps(model: RouterModel): LibrariesDeps {
    const width = model.capabilities.embeddingDimensions;
    const directory = config.cacheDirectory;
    const cache =
      width === undefined || directory === undefined
        ? NO_EMBEDDING_CACHE
        : createEmbeddingCache({ directory, modelKey: modelKeyOf(model.manifest), width });
    return { kiwi: deps.kiwi, model, cache, logger, clock };
  }

  async function onKeystroke(message: BusMessage): Promise<Prediction> {
    const request = parser.parse(message.body);
    const place = placeOf(message.subject);
    if (request.tenant !== place.tenant || request.sessionId !== place.session) {
      throw new LiluxError("forbidden", {
        cause: new Error("the body's tenant or session is not the subject's"),
      });
    }
    try {
      return await predictor.predict(request);
    } catch (error) {
      reportFailure(error, message, logger);
      throw error;
    }
  }

  async function onEmbed(message: BusMessage): Promise<unknown> {
    const borrowed = slot.borrow();
    try {
      return await embedTexts(message.body, borrowed);
    } finally {
      borrowed.giveBack();
    }
  }

  function subscribe(): Subscription[] {
    return [
      bus.respond(subjects.ofAll("keystroke"), onKeystroke, { queue: QUEUE }),
      bus.respond(subjects.ofAllTenants("embed"), onEmbed, { queue: QUEUE }),
      bus.subscribe(subjects.ofAllTenants("library"), ({ subject }) =>
        slot.current()?.libraries.changed(placeOf(subject).tenant),
      ),
      bus.subscribe(subjects.ofAll("context"), ({ subject }) => {
        const { tenant, session } = placeOf(subject);
        context.invalidate(tenant, session);
      }),
    ];
  }

  let swapping: Promise<void> = Promise.resolve();

  async function swapModel(directory: string): Promise<void> {
    const next = await openEngine(directory);
    const tenants = slot.current()?.libraries.tenants() ?? [];
    await Promise.all(tenants.map((tenant) => next.libraries.complete(tenant)));
    if (lifecycle.state() !== "ready") {
      next.libraries.close();
      await next.model.close();
      throw new LiluxError("shutting_down");
    }
    await slot.replace(next);
    logger.info({ model: next.modelKey }, "model swapped");
  }

  let subscriptions: Subscription[] = [];
  const parts: Part[] = [
    {
      name: "model",
      async start() {
        const engine = await openEngine(config.modelDirectory);
        await slot.replace(engine);
        logger.info({ model: engine.modelKey }, "model ready");
      },
      stop: () => slot.replace(undefined),
    },
    {
      name: "library",
      async start() {
        const libraries = slot.current()?.libraries;
        const warmed = config.warmTenants.map((tenant) => libraries?.complete(tenant));
        await Promise.race([Promise.all(warmed), delay(WARM_START_MS)]);
      },
      stop: () => slot.current()?.libraries.close(),
    },
    {
      name: "bus",
      start() {
        subscriptions = subscribe();
      },
      async stop() {
        await Promise.all(subscriptions.map((subscription) => subscription.close()));
      },
      unready: () => (bus.connected() ? undefined : "the bus is not connected"),
    },
  ];
  const lifecycle = createLifecycle(parts, logger);

  return {
    name: "router",
    registry,
    ...lifecycle,
    predict: predictor.predict,
    swapModel(directory) {
      // One at a time, in order; a failed one does not stop the next.
      const next = swapping.then(() => swapModel(directory));
      swapping = next.catch(() => undefined);
      return next;
    },
  };
}

function libraryOptions({ tenantsMax, itemsMax }: RouterConfig) {
  return {
    tenantsMax,
    itemsMax,
    listDeadlineMs: LIST_DEADLINE_MS,
    refreshMs: LIBRARY_REFRESH_MS,
  };
}

/** `lilux.v1.<tenant>.<kind>.<session>`: only verified credentials make subjects. */
function placeOf(subject: string): { tenant: string; session: string } {
  const [, , tenant = "", , session = ""] = subject.split(".");
  return { tenant, session };
}

/** What is shed is counted; a log line is for what an operator should look at. Never the text. */
function reportFailure(thrown: unknown, message: BusMessage, logger: Logger): void {
  const error = LiluxError.from(thrown);
  if (error.code !== "internal" && error.code !== "router_unavailable") return;
  const traceId = parseTraceparent(message.traceparent)?.traceId;
  logger.error({ err: error, cause: error.cause, traceId }, "prediction failed");
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}

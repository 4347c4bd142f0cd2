import { answerDeletions, type Bus, hearGone, type Subscription } from "@lilux/bus";
import type { ContextStore } from "@lilux/context-store";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { type LikelyNext, likelyNext } from "@lilux/core/warming";
import type { Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import type { ContextWarmerConfig } from "./config.ts";
import { createHabitBooks, type HabitBooks } from "./habits/habit-books.ts";
import { createLibraryCache } from "./library/library-cache.ts";
import { createContextWarmerMetrics } from "./metrics.ts";
import { createSessions, type Sessions } from "./sessions/session-memory.ts";
import { createWarmerHolder } from "./sessions/tenant-holder.ts";
import { createHitCounter } from "./warm/count-hits.ts";
import { type HandleEndDeps, handleEnd } from "./warm/handle-end.ts";
import { handleTurn } from "./warm/handle-turn.ts";

export interface ContextWarmerDeps {
  bus: Bus;
  contextStore: ContextStore;
  kiwi: Pick<KiwiApi, "discover" | "listItems">;
  logger: Logger;
  /** The process's unless told. */
  clock?: Clock;
  /** What decides what is warm; core's unless somebody measures another one. */
  likelyNext?: LikelyNext;
}

export type ContextWarmerService = Service;

const DURABLE = "context-warmer";
const ENDS_DURABLE = "context-warmer-ends";

/** Follows every conversation and puts the likely items where the router finds them. */
export function createContextWarmerService(
  config: ContextWarmerConfig,
  deps: ContextWarmerDeps,
): ContextWarmerService {
  const { bus, contextStore, kiwi, logger, clock = SYSTEM_CLOCK } = deps;
  const next: LikelyNext = deps.likelyNext ?? ((question) => likelyNext(question));
  const { validMs, discoverDeadlineMs, inFlightMax, sessionsMax } = config;
  const registry = new Registry();
  const metrics = createContextWarmerMetrics(registry, () => sessions.size());
  const hits = createHitCounter(metrics);
  const sessions = createSessions({
    sessionsMax,
    onForget: (session) => hits.dropped(session.warm),
  });
  const libraries = createLibraryCache({ bus, kiwi, logger, metrics, clock });
  const habits = createHabitBooks({ bus, clock, logger, mayLearn: config.learnFrom });
  const handling: HandleEndDeps = {
    bus,
    contextStore,
    sessions,
    habits,
    catchUp: { bus, contextStore, libraryOf: libraries.of, logger, clock },
    warm: {
      discovery: { kiwi, logger, metrics, clock, deadlineMs: discoverDeadlineMs },
      libraries,
      habitsOf: habits.of,
      likelyNext: next,
      hits,
      clock,
      validMs,
    },
    metrics,
    logger,
  };
  const consumer = consumerPart({ bus, inFlightMax, handling });
  const ends = endsPart({ bus, inFlightMax, handling, clock });
  const library = { name: "library", start: libraries.start, stop: libraries.stop };
  const neighbours = {
    bus: { name: "bus", dependency: () => (bus.connected() ? undefined : "bus is not connected") },
    store: {
      name: "context-store",
      dependency: () => (contextStore.connected() ? undefined : "it does not answer"),
    },
  };
  const lifecycle = createLifecycle(
    [
      neighbours.bus,
      neighbours.store,
      library,
      consumer,
      ends,
      deletionPart({ bus, contextStore, sessions, habits }),
    ],
    logger,
  );
  return {
    name: "context-warmer",
    registry,
    state: () => lifecycle.state(),
    unready: () => lifecycle.unready(),
    degraded: () => lifecycle.degraded?.() ?? [],
    dependencies: () => lifecycle.dependencies?.() ?? {},
    start: () => lifecycle.start(),
    stop: (deadlineMs) => lifecycle.stop(deadlineMs),
  };
}

function deletionPart(deps: {
  bus: Bus;
  contextStore: ContextStore;
  sessions: Pick<Sessions, "letGo">;
  habits: Pick<HabitBooks, "letGo">;
}): Part {
  const { bus, contextStore, sessions, habits } = deps;
  let subscriptions: Subscription[] = [];
  return {
    name: "deletion",
    start() {
      const letGo = (tenant: Tenant): void => {
        sessions.letGo(tenant);
        habits.letGo(tenant);
      };
      subscriptions = [
        answerDeletions(bus, "context-warmer", createWarmerHolder(contextStore)),
        hearGone(bus, letGo),
      ];
    },
    async stop() {
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}

/** Without the bus nothing arrives; without store or kiwi the work goes on, and less comes of it. */
function consumerPart(deps: { bus: Bus; inFlightMax: number; handling: HandleEndDeps }): Part {
  const { bus, inFlightMax, handling } = deps;
  let subscription: Subscription | undefined;
  return {
    name: "turns",
    async start() {
      const handler = (message: Parameters<typeof handleTurn>[0]) => handleTurn(message, handling);
      subscription = await bus.consume("TURNS", handler, { durable: DURABLE, inFlightMax });
    },
    stop: () => subscription?.close(),
  };
}

/** What became of turns tells more than the turns do; without it they are enough, and it is tried again at the next start. */
function endsPart(deps: {
  bus: Bus;
  inFlightMax: number;
  handling: HandleEndDeps;
  clock: Clock;
}): Part {
  const { bus, inFlightMax, handling, clock } = deps;
  let consuming: Promise<Subscription> | undefined;
  return {
    name: "ends",
    start() {
      const options = { durable: ENDS_DURABLE, inFlightMax, startAt: clock.unix() };
      consuming = bus.consume("INTERACTIONS", (message) => handleEnd(message, handling), options);
      consuming.catch(() => undefined);
    },
    async stop() {
      const subscription = await consuming?.catch(() => undefined);
      await subscription?.close();
    },
  };
}

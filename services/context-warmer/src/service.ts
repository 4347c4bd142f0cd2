import type { Bus, Subscription } from "@lilux/bus";
import type { ContextStore } from "@lilux/context-store";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import type { KiwiApi } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import type { ContextWarmerConfig } from "./config.ts";
import { createLibraryCache } from "./library/library-cache.ts";
import { createContextWarmerMetrics } from "./metrics.ts";
import { createSessions } from "./sessions/session-memory.ts";
import { createHitCounter } from "./warm/count-hits.ts";
import { type HandleTurnDeps, handleTurn } from "./warm/handle-turn.ts";

export interface ContextWarmerDeps {
  bus: Bus;
  contextStore: ContextStore;
  kiwi: Pick<KiwiApi, "discover" | "listItems">;
  logger: Logger;
  /** The process's unless told. */
  clock?: Clock;
}

export type ContextWarmerService = Service;

const DURABLE = "context-warmer";

/** Follows every conversation and puts the likely items where the router finds them. */
export function createContextWarmerService(
  config: ContextWarmerConfig,
  deps: ContextWarmerDeps,
): ContextWarmerService {
  const { bus, contextStore, kiwi, logger, clock = SYSTEM_CLOCK } = deps;
  const { validMs, discoverDeadlineMs, inFlightMax, sessionsMax } = config;
  const registry = new Registry();
  const metrics = createContextWarmerMetrics(registry, () => sessions.size());
  const hits = createHitCounter(metrics);
  const sessions = createSessions({
    sessionsMax,
    onForget: (session) => hits.dropped(session.candidates),
  });
  const libraries = createLibraryCache({ bus, kiwi, logger, metrics, clock });
  const handling: HandleTurnDeps = {
    bus,
    contextStore,
    sessions,
    catchUp: { bus, contextStore, logger, clock },
    warm: {
      discovery: { kiwi, logger, metrics, deadlineMs: discoverDeadlineMs },
      libraries,
      hits,
      clock,
      validMs,
    },
    metrics,
    logger,
  };
  const consumer = consumerPart({ bus, inFlightMax, handling });
  const library = { name: "library", start: libraries.start, stop: libraries.stop };
  const lifecycle = createLifecycle([library, consumer], logger);
  return {
    name: "context-warmer",
    registry,
    state: () => lifecycle.state(),
    unready: () => lifecycle.unready(),
    start: () => lifecycle.start(),
    stop: (deadlineMs) => lifecycle.stop(deadlineMs),
  };
}

/** Without the bus nothing arrives; without store or kiwi the work goes on, and less comes of it. */
function consumerPart(deps: { bus: Bus; inFlightMax: number; handling: HandleTurnDeps }): Part {
  const { bus, inFlightMax, handling } = deps;
  let subscription: Subscription | undefined;
  return {
    name: "turns",
    async start() {
      const handler = (message: Parameters<typeof handleTurn>[0]) => handleTurn(message, handling);
      subscription = await bus.consume("TURNS", handler, { durable: DURABLE, inFlightMax });
    },
    stop: () => subscription?.close(),
    unready: () => (bus.connected() ? undefined : "bus is not connected"),
  };
}

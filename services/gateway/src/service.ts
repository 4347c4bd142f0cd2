import { randomBytes } from "node:crypto";
import type { Bus } from "@lilux/bus";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { createMcpEndpoint } from "@lilux/mcp";
import type { KiwiApi, ListModels, RunTurn } from "@lilux/rpc";
import { createLifecycle, type Logger, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import { originsOf } from "./access/api-keys.ts";
import { createAuthenticate } from "./access/authenticate.ts";
import { createHeldKeys } from "./access/held-keys.ts";
import { createResumeTokens } from "./access/resume-tokens.ts";
import { createTickets } from "./access/tickets.ts";
import { createRefusals } from "./admit/refusals.ts";
import { createTenants } from "./admit/tenants.ts";
import type { GatewayConfig } from "./config.ts";
import { createServer } from "./http/create-server.ts";
import { addSessionGauges, addStreamGauges, createGatewayMetrics } from "./metrics.ts";
import { createRouterClient } from "./predict/router-client.ts";
import { createResumeSession } from "./resume/resume-session.ts";
import { createSessions } from "./session/sessions.ts";
import { createTurnSweeper } from "./sweep/turn-sweeper.ts";
import { createInteractionJournal } from "./turn/interaction-journal.ts";
import { createTurnNews } from "./turn/turn-news.ts";

export interface GatewayDeps {
  bus: Bus;
  kiwi: KiwiApi;
  runTurn: RunTurn;
  listModels: ListModels;
  logger: Logger;
  clock?: Pick<Clock, "unix">;
}

export interface GatewayService extends Service {
  /** Where it listens, once started. */
  address(): { host: string; port: number };
  /**
   * Reads the file of keys anew: who is let in from now on. Throws, and keeps
   * those it has, when the new ones cannot be used.
   */
  reloadKeys(): void;
}

/** The users' door: WebSocket sessions and REST. The only composition root of the gateway. */
export function createGatewayService(config: GatewayConfig, deps: GatewayDeps): GatewayService {
  const { bus, kiwi, runTurn, listModels, logger } = deps;
  const now = (deps.clock ?? SYSTEM_CLOCK).unix;
  const { limits, thresholds } = config;
  const registry = new Registry();
  const metrics = createGatewayMetrics(registry);
  const refusals = createRefusals({ metrics, logger });
  const secret = secretOf(config);
  const keys = createHeldKeys(config);
  const tickets = createTickets({ secret, bus, now });
  const tokens = createResumeTokens(secret);
  const journal = createInteractionJournal({ bus, metrics });
  const sessions = createSessions({ bus, limits, logger, now });
  addSessionGauges(registry, sessions);
  addStreamGauges(registry, bus, now);
  const tenants = createTenants(limits, () => performance.now());
  const { turnBeatMs: beatMs, orphanedAfterMs } = limits;
  const held = sessions.all;
  const news = createTurnNews({ bus, now, held, beatMs, orphanedAfterMs });
  const told = { metrics, logger, now, bus };
  const turnDeps = { tenants, runTurn, journal, news, limits, thresholds, ...told };
  const resume = createResumeSession({ ...turnDeps, sessions, tokens });
  const routers = createRouterClient(bus, {
    predictWithinMs: limits.predictWithinMs,
    observe: (event) => metrics.routerRequests.inc({ event }),
  });
  const mcp = createMcpEndpoint({ bus, kiwi, limits, metrics, logger, secret, now });
  const server = createServer({
    ...turnDeps,
    refusals,
    config,
    kiwi,
    listModels,
    predict: routers.predict,
    sessions,
    tokens,
    resume,
    tickets,
    mcp,
    connections: new Set(),
    isDraining: () => lifecycle.state() === "draining",
    unready: () => lifecycle.unready(),
    origins: () => originsOf(keys.current(), config.origins),
    authenticate: createAuthenticate({ keys: keys.current, origins: config.origins, tickets }),
  });

  const lifecycle = createLifecycle(
    [
      { name: "bus", dependency: () => busTrouble(bus) },
      { name: "kiwi", dependency: () => kiwiTrouble(kiwi) },
      { name: "interactions", stop: (deadlineAt) => journal.close(deadlineAt - Date.now()) },
      { name: "routers", stop: () => routers.close() },
      createTurnSweeper({ bus, news, metrics, logger, now }),
      { name: "sessions", stop: () => sessions.close() },
      mcp.part,
      server.part,
    ],
    logger,
  );

  return {
    ...lifecycle,
    name: "gateway",
    registry,
    address: server.address,
    reloadKeys: keys.reload,
  };
}

/** Search, load and reading go on without it, and every other gateway lacks it too. */
function busTrouble(bus: Bus): string | undefined {
  if (!bus.connected()) return "the bus is not connected";
  const troubles = bus.troubles();
  return troubles.length === 0 ? undefined : troubles.join("; ");
}

function kiwiTrouble(kiwi: KiwiApi & { connected?(): boolean }): string | undefined {
  return kiwi.connected?.() === false ? "the tool core does not answer" : undefined;
}

function secretOf({ sessionSecret }: GatewayConfig): Buffer {
  return sessionSecret === undefined ? randomBytes(32) : Buffer.from(sessionSecret);
}

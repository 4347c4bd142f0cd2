import { randomBytes } from "node:crypto";
import type { Bus } from "@lilux/bus";
import { type Clock, SYSTEM_CLOCK } from "@lilux/core/async";
import { NO_SPANS, type Spans } from "@lilux/core/telemetry";
import type { Database } from "@lilux/database";
import { createMcpEndpoint } from "@lilux/mcp";
import type { KiwiApi, ListModels, RunTurn } from "@lilux/rpc";
import { createLifecycle, type Logger, type Part, type Service } from "@lilux/runtime";
import { Registry } from "prom-client";
import { originsOf } from "./access/api-keys.ts";
import { createResumeTokens } from "./access/resume-tokens.ts";
import { createRefusals } from "./admit/refusals.ts";
import { createTenants } from "./admit/tenants.ts";
import { createMcpApprovals } from "./approvals/mcp-approvals.ts";
import type { GatewayConfig, GatewayLimits } from "./config.ts";
import type { StoredFlywheel } from "./deletion/stored-flywheel.ts";
import { createServer } from "./http/create-server.ts";
import {
  addSessionGauges,
  addStreamGauges,
  createGatewayMetrics,
  type GatewayMetrics,
} from "./metrics.ts";
import { createRouterClient, type RouterClient } from "./predict/router-client.ts";
import { createTenantThresholds } from "./predict/tenant-thresholds.ts";
import { countedPredict } from "./records/counted-predict.ts";
import { createAccess } from "./records/create-access.ts";
import { createSettingsBook } from "./records/settings-book.ts";
import { createResumeSession } from "./resume/resume-session.ts";
import { createSessions } from "./session/sessions.ts";
import { createTurnSweeper } from "./sweep/turn-sweeper.ts";
import { createInteractionJournal } from "./turn/interaction-journal.ts";
import { createTurnNews } from "./turn/turn-news.ts";

/** Of so many one is traced. */
const KEYSTROKES_TRACED = 1_000;
/** Most clients of MCP give a call a minute. */
const MCP_WAIT_MS = 45_000;

export interface GatewayDeps {
  bus: Bus;
  kiwi: KiwiApi;
  runTurn: RunTurn;
  listModels: ListModels;
  logger: Logger;
  /** Where turns, and some keystrokes, tell how long their parts took; nowhere unless given. */
  spans?: Spans;
  /** Where tenants are records; the caller closes it. Without it, keys are those of the file. */
  tenantDatabase?: Database | undefined;
  /** Where this server has no flywheel: what does its part when a tenant is deleted. */
  storedFlywheel?: StoredFlywheel | undefined;
  clock?: Pick<Clock, "unix"> & Partial<Clock>;
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
  const { bus, kiwi, runTurn, listModels, logger, tenantDatabase, storedFlywheel } = deps;
  const { spans = NO_SPANS } = deps;
  const clock: Clock = { ...SYSTEM_CLOCK, ...deps.clock };
  const now = clock.unix;
  const { limits, keystrokesTraced = KEYSTROKES_TRACED } = config;
  const settings = createSettingsBook();
  const { of: settingsOf } = settings;
  const follows = { bus, clock, logger, settingsOf };
  const { of: thresholdsOf, part: bars } = createTenantThresholds(config, follows);
  const registry = new Registry();
  const metrics = createGatewayMetrics(registry);
  const refusals = createRefusals({ metrics, logger });
  const secret = secretOf(config);
  const tokens = createResumeTokens(secret);
  const journal = createInteractionJournal({ bus, metrics, settingsOf });
  const tenants = createTenants(limits, () => performance.now());
  const sessions = createSessions({ bus, limits, tenants, logger, now });
  addSessionGauges(registry, sessions);
  addStreamGauges(registry, bus, now);
  const { turnBeatMs: beatMs, orphanedAfterMs } = limits;
  const news = createTurnNews({ bus, now, held: sessions.all, beatMs, orphanedAfterMs });
  const told = { metrics, logger, spans, keystrokesTraced, now, bus, settingsOf };
  const reached = { bus, kiwi, tenantDatabase, storedFlywheel, metrics, clock, logger };
  const access = createAccess(config, { tenants, secret, settings, ...reached });
  const { approvals, direct } = access;
  const budget = access.records?.budgets;
  const running = { runTurn, journal, news, limits, thresholdsOf, approvals };
  const turnDeps = { tenants, budget, ...running, ...told };
  const resume = createResumeSession({ ...turnDeps, sessions, tokens, again: access.again });
  const routers = routersOn(bus, { limits, metrics });
  const overMcp = { kiwi: direct.waiting(MCP_WAIT_MS), approvals: createMcpApprovals(access) };
  const mcp = createMcpEndpoint({ bus, ...overMcp, limits, metrics, logger, secret, now });
  const server = createServer({
    ...turnDeps,
    refusals,
    config,
    kiwi,
    listModels,
    predict: countedPredict(routers.predict, access.records, now),
    sessions,
    tokens,
    resume,
    mcp,
    connections: new Set(),
    isDraining: () => lifecycle.state() === "draining",
    unready: () => lifecycle.unready(),
    origins: () => originsOf(access.keys.current(), config.origins),
    ...access,
  });

  const lifecycle = createLifecycle(
    [
      ...dependencies(deps),
      ...access.parts,
      { name: "interactions", stop: (deadlineAt) => journal.close(deadlineAt - Date.now()) },
      { name: "routers", stop: () => routers.close() },
      bars,
      createTurnSweeper({ bus, news, metrics, logger, now }),
      { name: "sessions", stop: () => sessions.close() },
      mcp.part,
      server.part,
    ],
    logger,
  );

  const { address } = server;
  const { reload: reloadKeys } = access.keys;
  return { ...lifecycle, name: "gateway", registry, address, reloadKeys };
}

function routersOn(
  bus: Bus,
  { limits, metrics }: { limits: GatewayLimits; metrics: GatewayMetrics },
): RouterClient {
  return createRouterClient(bus, {
    predictWithinMs: limits.predictWithinMs,
    observe: (event) => metrics.routerRequests.inc({ event }),
  });
}

function dependencies({ bus, kiwi }: GatewayDeps): Part[] {
  return [
    { name: "bus", dependency: () => busTrouble(bus) },
    { name: "kiwi", dependency: () => kiwiTrouble(kiwi) },
  ];
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

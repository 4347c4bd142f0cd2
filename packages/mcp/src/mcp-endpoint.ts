import { createHmac } from "node:crypto";
import type { Bus } from "@lilux/bus";
import { subjects, tenantOfSubject } from "@lilux/bus";
import { type Log, loggedError } from "@lilux/core/telemetry";
import { createParser, LibraryChange, LiluxError, type Tenant } from "@lilux/protocol";
import type { Part } from "@lilux/runtime";
import {
  createMcpHandler,
  isLegacyRequest,
  type McpHttpHandler,
} from "@modelcontextprotocol/server";
import { type AcceptedForms, acceptedForms } from "./accepted-forms.ts";
import { createCallsInFlight } from "./calls-in-flight.ts";
import { createMcpServer, type McpServerDeps } from "./create-mcp-server.ts";
import { fitAnswer } from "./fit-answer.ts";
import { lenientMessage } from "./lenient-message.ts";
import { rememberMandate } from "./mandates.ts";
import type { McpApprovals } from "./mcp-approvals.ts";
import type { McpKiwi } from "./mcp-kiwi.ts";
import type { McpDeadlines, McpLimits } from "./mcp-limits.ts";
import type { McpMetrics } from "./mcp-metrics.ts";
import { createMcpSessions, type McpExchange } from "./mcp-sessions.ts";
import { rpcError } from "./rpc-error.ts";
import { createWorkCounter, type WorkCounter } from "./work-counter.ts";

export interface McpEndpoint {
  handle(exchange: McpExchange): Promise<Response>;
  /** Takes no new calls, lets the running ones end until the deadline (Unix ms), ends all streams. */
  drain(deadlineAt: number): Promise<void>;
  readonly part: Part;
}

export interface McpEndpointDeps {
  bus: Bus;
  kiwi: McpKiwi;
  /** Undefined where no tenant can want a second person. */
  approvals: McpApprovals | undefined;
  limits: McpDeadlines & { mcp: McpLimits };
  metrics: McpMetrics;
  logger: Log;
  secret: Buffer;
  now(): number;
}

const SWEEP_EVERY_MS = 60_000;
const CLOSE_WITHIN_MS = 1_000;
const change = createParser(LibraryChange, "library change");

/**
 * Both kinds of MCP over HTTP. Clients of the current revision carry all they
 * need in each request, so any gateway answers any of them; those of the
 * revisions before get a session in this process.
 */
export function createMcpEndpoint(deps: McpEndpointDeps): McpEndpoint {
  const { limits, metrics, logger } = deps;
  const calls = createCallsInFlight(metrics, limits.mcp.callsInFlightMax);
  const server = { ...deps, calls, sealKey: sealKeyFrom(deps.secret) } satisfies McpServerDeps;
  const sessions = createMcpSessions({
    limits: limits.mcp,
    now: deps.now,
    onCount: (count) => metrics.mcpSessions.set(count),
    createServer: (of) => createMcpServer(server, { ...of, hearsOfChanges: true }),
  });
  const current = createCurrentHandlers(server, limits.mcp.subscriptionsMax);
  const exchanges = createWorkCounter();
  let isDraining = false;

  async function handle(given: McpExchange): Promise<Response> {
    const accepted = acceptedForms(given.request.headers.get("accept"));
    acceptWhatWeSend(given.request, accepted);
    return fitAnswer(await answer({ ...given, body: lenientMessage(given.body) }), accepted);
  }

  async function answer(exchange: McpExchange): Promise<Response> {
    if (isDraining) return rpcError(new LiluxError("shutting_down"));
    const { request, body, mandate } = exchange;
    rememberMandate(request, mandate);
    if (endsByItself(exchange)) countUntilEnd(request.signal, exchanges);
    try {
      if (await isLegacyRequest(request, body)) return await sessions.handle(exchange);
      return await current.of(mandate.tenant).fetch(request, { parsedBody: body });
    } catch (thrown) {
      return rpcError(loggedError(thrown, { logger, message: "mcp failed" }));
    }
  }

  function libraryChanged(tenant: Tenant): void {
    sessions.libraryChanged(tenant);
    current.libraryChanged(tenant);
  }

  return {
    handle,
    part: watchPart({ bus: deps.bus, libraryChanged, sweep: sessions.sweep }),
    async drain(deadlineAt) {
      isDraining = true;
      // A call has ended before its answer is written, and may go on when its client hung up.
      await calls.idle(deadlineAt - CLOSE_WITHIN_MS);
      await exchanges.idle(deadlineAt - CLOSE_WITHIN_MS);
      await Promise.all([sessions.close(), current.close()]);
    },
  };
}

/** The protocol library wants both forms named; whoever reads one of them is served. */
function acceptWhatWeSend({ headers, method }: Request, { json, events }: AcceptedForms): void {
  if (method === "GET" ? events : json || events) {
    headers.set("accept", "application/json, text/event-stream");
  }
}

/** Streams that wait for changes last until one side ends them; all else is answered. */
function endsByItself({ request, body }: McpExchange): boolean {
  const { method } = (body ?? {}) as { method?: unknown };
  return request.method !== "GET" && method !== "subscriptions/listen";
}

function countUntilEnd(ended: AbortSignal, exchanges: WorkCounter): void {
  if (ended.aborted) return;
  exchanges.enter();
  ended.addEventListener("abort", exchanges.leave, { once: true });
}

/** One handler per tenant, since a handler tells all of its streams of a change. */
function createCurrentHandlers(server: McpServerDeps, subscriptionsMax: number) {
  // Tenants come from verified credentials, so there are as many as the keys name.
  const handlers = new Map<string, McpHttpHandler>();

  function of(tenant: Tenant): McpHttpHandler {
    const known = handlers.get(tenant);
    if (known !== undefined) return known;
    const handler = createMcpHandler(
      () => createMcpServer(server, { tenant, connectionId: undefined, hearsOfChanges: true }),
      {
        legacy: "reject",
        maxSubscriptions: subscriptionsMax,
        onerror: (error) => server.logger.debug({ err: error }, "mcp request refused"),
      },
    );
    handlers.set(tenant, handler);
    return handler;
  }

  return {
    of,
    libraryChanged(tenant: Tenant): void {
      const notify = handlers.get(tenant)?.notify;
      notify?.resourcesChanged();
      notify?.promptsChanged();
    },
    async close() {
      await Promise.all([...handlers.values()].map((handler) => handler.close()));
    },
  };
}

interface Watched {
  bus: Bus;
  libraryChanged(tenant: Tenant): void;
  sweep(): void;
}

/** Passes the library's changes on, and lets go of what nobody uses. */
function watchPart({ bus, libraryChanged, sweep }: Watched): Part {
  let stop: (() => Promise<void>) | undefined;
  return {
    name: "mcp",
    async start() {
      const subscription = bus.subscribe(
        subjects.ofAllTenants("library"),
        async ({ subject, body }) => {
          if (change.is(body)) libraryChanged(tenantOfSubject(subject));
        },
      );
      const timer = setInterval(sweep, SWEEP_EVERY_MS).unref();
      stop = async () => {
        clearInterval(timer);
        await subscription.close();
      };
    },
    stop: async () => stop?.(),
  };
}

function sealKeyFrom(secret: Buffer): Buffer {
  return createHmac("sha256", secret).update("mcp asked calls").digest();
}

import websocket from "@fastify/websocket";
import { LiluxError, NO_TENANT } from "@lilux/protocol";
import type { Part } from "@lilux/runtime";
import type { FastifyRequest } from "fastify";
import type { Authenticate } from "../access/authenticate.ts";
import type { Tickets } from "../access/tickets.ts";
import { rateLimited } from "../admit/rate-limited.ts";
import type { Tenants } from "../admit/tenants.ts";
import type { ServeSocketDeps } from "../socket/serve-socket.ts";
import type { AdminRoutesDeps } from "./admin/admin-context.ts";
import { addAdminRoutes } from "./admin/admin-routes.ts";
import { addRegistryAdminRoutes } from "./admin/registry-admin-routes.ts";
import { admitRequests } from "./admit-requests.ts";
import { addApprovalsRoutes } from "./approvals-routes.ts";
import { boundAddresses } from "./bound-addresses.ts";
import { addCors } from "./cors.ts";
import { type App, createApp } from "./create-app.ts";
import { drainConnections } from "./drain-connections.ts";
import { addExecuteRoute } from "./execute-route.ts";
import { createFloodGate } from "./flood-gate.ts";
import { addFlywheelRoutes } from "./flywheel-routes.ts";
import { addGitHookRoute } from "./git-hook-route.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { addItemRoute, addItemsRoute } from "./items-route.ts";
import { addLessonsRoute } from "./lessons-route.ts";
import { addLibrariesRoutes } from "./libraries-routes.ts";
import { addMcpRoute, type McpRouteDeps } from "./mcp-route.ts";
import { addMeRoute } from "./me-route.ts";
import { addOpenAiDoor, type OpenAiDoorDeps } from "./openai-door.ts";
import { addOpenApiRoute, collectOpenApi } from "./openapi.ts";
import { createOrderRegistry } from "./order-registry.ts";
import { addPhrasingsRoutes } from "./phrasings-routes.ts";
import { addPredictRoute, type PredictRouteDeps } from "./predict-route.ts";
import { addPrimitiveRoutes, type KiwiRoutesDeps } from "./primitive-routes.ts";
import { recognise } from "./recognise.ts";
import { addRegistryRoutes } from "./registry-routes.ts";
import { addRunsRoute } from "./runs-route.ts";
import { addSessionRoute, endFailedSocket } from "./session-route.ts";
import { addTerminalFiles } from "./terminal-files.ts";
import { addTicketsRoute } from "./tickets-route.ts";
import { addTurnsRoutes, type TurnsRoutesDeps } from "./turns-routes.ts";

export interface ServerDeps
  extends ServeSocketDeps,
    PredictRouteDeps,
    KiwiRoutesDeps,
    TurnsRoutesDeps,
    OpenAiDoorDeps,
    Omit<McpRouteDeps, "flood">,
    AdminRoutesDeps {
  authenticate: Authenticate;
  tenants: Tenants;
  tickets: Tickets;
  /** Of pages that may read answers, lower case: of every key, and of all. */
  origins(): readonly string[];
  unready(): string[];
}

export interface Server {
  readonly app: App;
  readonly part: Part;
  address(): { host: string; port: number };
}

/** Every door of the gateway on one port. */
export function createServer(deps: ServerDeps): Server {
  const { config, metrics, refusals, logger } = deps;
  const app = createApp({ metrics, refusals, logger, bodyBytesMax: config.limits.bodyBytesMax });
  const address = { host: config.host, port: config.port };
  const flood = createFloodGate({ refusals });
  deps.records?.directory.onLook(flood.forget);

  boundAddresses(app.server, config.limits.addressSocketsMax, () => {
    refusals.note(rateLimited("connections"), { door: "connection" });
  });
  addCors(app, deps.origins);
  decorateRequests(app);
  app.register(websocket, {
    options: {
      // Twice the limit, so that a frame just above it is answered before the close.
      maxPayload: 2 * config.limits.session.frameBytesMax,
      maxFragments: 16,
      perMessageDeflate: false,
      handleProtocols: (offered) => (offered.has("lilux.v1") ? "lilux.v1" : false),
    },
    errorHandler: (error, socket) => endFailedSocket(socket, error, logger),
    // Sockets are closed by the drain, each with its reason.
    preClose: (done) => done(),
  });
  collectOpenApi(app);
  app.register(async (scope) => {
    scope.addHook("onRequest", authenticator(deps));
    admitRequests(scope, { ...deps, flood });
    addSessionRoute(scope, deps);
    addPredictRoute(scope, deps);
    addPrimitiveRoutes(scope, deps);
    addExecuteRoute(scope, deps);
    addTurnsRoutes(scope, deps);
    addItemsRoute(scope, deps);
    addItemRoute(scope, deps);
    addRunsRoute(scope, deps);
    addTicketsRoute(scope, deps.tickets);
    addMeRoute(scope);
    addLessonsRoute(scope, deps);
    addPhrasingsRoutes(scope, deps);
    addFlywheelRoutes(scope, deps);
    addAdminRoutes(scope, deps);
    const order = createOrderRegistry(deps.kiwi);
    addRegistryRoutes(scope, { order, records: deps.records });
    addRegistryAdminRoutes(scope, order);
    addLibrariesRoutes(scope, order);
    addApprovalsRoutes(scope, deps);
  });
  app.register(async (scope) => {
    scope.addHook("onRequest", authenticator(deps));
    admitRequests(scope, { ...deps, flood });
    addOpenAiDoor(scope, deps);
  });
  app.register(async (scope) => addMcpRoute(scope, { ...deps, flood }));
  app.register(async (scope) => {
    addHealthRoutes(scope, deps.unready);
    addOpenApiRoute(scope);
    addGitHookRoute(scope, deps);
  });
  if (config.terminalDir !== undefined) addTerminalFiles(app, config.terminalDir);

  return {
    app,
    address: () => address,
    part: {
      name: "http",
      async start() {
        // Once all that listens on the server does, and before anybody can ask.
        await app.ready();
        flood.guard(app.server);
        await app.listen({ host: config.host, port: config.port });
        const bound = app.server.address();
        if (typeof bound === "object" && bound !== null) address.port = bound.port;
        logger.info({ ...address }, "gateway listens");
      },
      async stop(deadlineAt) {
        await Promise.all([drainConnections(deps, deadlineAt), deps.mcp.drain(deadlineAt)]);
        await app.close();
      },
    },
  };
}

/** What each request holds of its own, from its first hook on. */
function decorateRequests(app: App): void {
  app.decorateRequest("tenant", NO_TENANT);
  app.decorateRequest("person", "");
  app.decorateRequest("caller");
  app.decorateRequest("refusal", undefined);
  app.decorateRequest("letGoOfAnswer", undefined);
  app.decorateRequest("endAnswer", undefined);
}

/** Everything under /v1 is someone's. A bad ticket is told over the socket, where a browser sees it. */
function authenticator({ authenticate }: ServerDeps) {
  return async (request: FastifyRequest): Promise<void> => {
    const { ticket } = request.query as { ticket?: unknown };
    const given = typeof ticket === "string" && request.ws ? ticket : undefined;
    try {
      recognise(request, await authenticate({ headers: request.headers, ticket: given }));
    } catch (thrown) {
      const error = LiluxError.from(thrown);
      if (given === undefined || error.code === "forbidden") throw error;
      request.refusal = error;
    }
  };
}

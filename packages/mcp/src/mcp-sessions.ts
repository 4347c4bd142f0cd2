import { randomUUID } from "node:crypto";
import { LiluxError, type Mandate, type Tenant } from "@lilux/protocol";
import {
  isInitializeRequest,
  type Server,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import type { McpLimits } from "./mcp-limits.ts";
import { rpcError, SESSION_NOT_FOUND } from "./rpc-error.ts";

/** One HTTP exchange, its body read. `request.signal` ends when the client is gone or was answered. */
export interface McpExchange {
  /** Whose it is, and what may be done for them. */
  mandate: Mandate;
  request: Request;
  body: unknown;
}

interface Session {
  tenant: Tenant;
  server: Server;
  transport: WebStandardStreamableHTTPServerTransport;
  /** Exchanges that are open: calls in work, and the stream for changes. */
  open: number;
  lastUsedAt: number;
}

/** Sessions, for clients of a protocol revision that has them (2025-11-25 and before). */
export interface McpSessions {
  handle(exchange: McpExchange): Promise<Response>;
  libraryChanged(tenant: Tenant): void;
  /** Ends those that nobody used for long. */
  sweep(): void;
  close(): Promise<void>;
}

export interface McpSessionsDeps {
  limits: McpLimits;
  createServer: (of: { tenant: Tenant; connectionId: string }) => Server;
  onCount: (sessions: number) => void;
  now(): number;
}

export function createMcpSessions({
  limits,
  createServer,
  onCount,
  now,
}: McpSessionsDeps): McpSessions {
  const sessions = new Map<string, Session>();

  function forget(id: string): Session | undefined {
    const session = sessions.get(id);
    sessions.delete(id);
    onCount(sessions.size);
    return session;
  }

  function sweep(): void {
    for (const [id, { open, lastUsedAt }] of sessions) {
      if (open === 0 && lastUsedAt + limits.sessionIdleMs <= now()) void forget(id)?.server.close();
    }
  }

  /** Throws `overloaded` when no session of the tenant (or of anybody) can be let go for a new one. */
  function makeRoom(tenant: Tenant): void {
    sweep();
    const own = [...sessions].filter(([, session]) => session.tenant === tenant);
    if (own.length >= limits.sessionsPerTenantMax) {
      const idle = own.filter(([, { open }]) => open === 0);
      const [oldest] = idle.toSorted(([, a], [, b]) => a.lastUsedAt - b.lastUsedAt);
      if (oldest === undefined) throw new LiluxError("overloaded");
      void forget(oldest[0])?.server.close();
    }
    if (sessions.size >= limits.sessionsMax) throw new LiluxError("overloaded");
  }

  async function open({ mandate: { tenant }, request, body }: McpExchange): Promise<Response> {
    makeRoom(tenant);
    const id = randomUUID();
    const server = createServer({ tenant, connectionId: id });
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      onsessionclosed: () => void forget(id),
    });
    await server.connect(transport);
    const session = { tenant, server, transport, open: 0, lastUsedAt: now() };
    sessions.set(id, session);
    onCount(sessions.size);
    const response = await use(session, request, body);
    // What was no good initialize opened nothing.
    if (transport.sessionId === undefined) await forget(id)?.server.close();
    return response;
  }

  function use(session: Session, request: Request, body: unknown): Promise<Response> {
    session.open += 1;
    const onEnd = (): void => {
      session.open -= 1;
      session.lastUsedAt = now();
    };
    if (request.signal.aborted) onEnd();
    else request.signal.addEventListener("abort", onEnd, { once: true });
    return session.transport.handleRequest(request, { parsedBody: body });
  }

  return {
    sweep,
    async handle(exchange) {
      sweep();
      const id = exchange.request.headers.get("mcp-session-id");
      if (id === null) return isInitializeRequest(exchange.body) ? open(exchange) : noSession();
      const session = sessions.get(id);
      // Another's session is told apart from none by nobody.
      if (session === undefined || session.tenant !== exchange.mandate.tenant)
        return unknownSession();
      return use(session, exchange.request, exchange.body);
    },
    libraryChanged(tenant) {
      for (const session of sessions.values()) {
        // Rejects only when the session is being closed, and then nobody is left to tell.
        if (session.tenant === tenant)
          session.server.sendResourceListChanged().catch(() => undefined);
        session.server.sendPromptListChanged().catch(() => undefined);
      }
    },
    async close() {
      const all = [...sessions.keys()].map(async (id) => forget(id)?.server.close());
      await Promise.all(all);
    },
  };
}

function noSession(): Response {
  const message =
    "This is no initialize, no message of a session and no request of revision 2026-07-28. Initialize a session, or send that revision's headers and _meta.";
  return rpcError(new LiluxError("invalid_request", { message }));
}

function unknownSession(): Response {
  const message = "There is no such session, or it ended. Initialize a new one.";
  return rpcError(new LiluxError("not_found", { message }), SESSION_NOT_FOUND);
}

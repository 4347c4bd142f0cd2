import { hash } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { LiluxError, Tenant } from "@lilux/protocol";
import { LRUCache } from "lru-cache";
import { rateLimited, retryAfterSeconds } from "../admit/rate-limited.ts";
import type { Door, Refusals } from "../admit/refusals.ts";
import type { TenantAccount, UsedUp } from "../admit/tenants.ts";
import { openAiError } from "../openai/openai-error.ts";
import { quotaHeaders } from "./quota-headers.ts";

/**
 * Refuses again, before anything is made of a request, what was refused a moment ago: by the hash of
 * the credential that it came with, for as long as its tenant has no room. Whoever asks again and again
 * then costs a hash and a line, and not a request that is routed, recognised and answered.
 */
export interface FloodGate {
  /** A request of this tenant was refused; those that follow with the same credential are looked at here. */
  note(
    headers: IncomingMessage["headers"],
    refused: { account: TenantAccount; tenant: Tenant },
  ): void;
  /** What was refused may be allowed by now: each credential is looked at as usual once. */
  forget(): void;
  /** Stands before everything that listens on a server until now. */
  guard(server: Server): void;
}

/** Then a credential is looked at as usual once: it may have been revoked, or be somebody else's limit now. */
const KNOWN_FOR_MS = 1_000;
const KNOWN_MAX = 1_000;
const OPEN_AI = /^\/v1\/(chat\/completions|models|decisions)\b/;

interface Known {
  account: TenantAccount;
  tenant: Tenant;
  until: number;
}

interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: string;
}

export function createFloodGate({
  refusals,
  monotonic = () => performance.now(),
}: {
  refusals: Refusals;
  monotonic?: () => number;
}): FloodGate {
  const known = new LRUCache<string, Known>({ max: KNOWN_MAX });

  function refusalOf({ url = "", headers }: IncomingMessage): Refusal | undefined {
    if (known.size === 0 || !isOfTenant(url, headers)) return undefined;
    const key = keyOf(headers);
    const found = key === undefined ? undefined : known.get(key);
    if (found === undefined || found.until <= monotonic()) return undefined;
    const { account, tenant } = found;
    const usedUp = account.wouldRefuse(Number(headers["content-length"] ?? 0));
    if (usedUp === undefined) return undefined;
    return told(url, { usedUp, account, tenant });
  }

  function told(
    url: string,
    { usedUp, account, tenant }: { usedUp: UsedUp; account: TenantAccount; tenant: Tenant },
  ): Refusal {
    const error = rateLimited(usedUp.limit, usedUp.waitMs);
    const door: Door = OPEN_AI.test(url) ? "openai" : "rest";
    refusals.note(error, { door, tenant });
    return refusalAt(door, error, account);
  }

  return {
    note(headers, refused) {
      const key = keyOf(headers);
      if (key !== undefined) known.set(key, { ...refused, until: monotonic() + KNOWN_FOR_MS });
    },
    forget: () => known.clear(),
    guard(server) {
      stepBefore(server, "request", (request: IncomingMessage, response: ServerResponse) => {
        const refusal = refusalOf(request);
        if (refusal === undefined) return false;
        response.writeHead(refusal.status, refusal.headers).end(refusal.body);
        return true;
      });
      stepBefore(server, "upgrade", (request: IncomingMessage, socket: Duplex) => {
        const refusal = refusalOf(request);
        if (refusal !== undefined) endUpgrade(socket, refusal);
        return refusal !== undefined;
      });
    },
  };
}

/** A page is told more than this, and MCP's door answers in a form of its own. */
function isOfTenant(url: string, headers: IncomingMessage["headers"]): boolean {
  return url.startsWith("/v1/") && headers.origin === undefined;
}

/** No credential is kept, here neither. */
function keyOf({ authorization }: IncomingMessage["headers"]): string | undefined {
  return authorization === undefined ? undefined : hash("sha256", authorization, "base64");
}

function refusalAt(door: Door, error: LiluxError, account: TenantAccount): Refusal {
  const { status, body } =
    door === "openai" ? openAiError(error) : { status: 429, body: error.toBody() };
  const text = JSON.stringify(body);
  return {
    status,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(text)),
      "retry-after": String(retryAfterSeconds(error)),
      ...quotaHeaders(account),
      "x-content-type-options": "nosniff",
      ...(door === "openai" ? { "x-should-retry": "true" } : {}),
    },
    body: text,
  };
}

function endUpgrade(socket: Duplex, { status, headers, body }: Refusal): void {
  socket.on("error", () => socket.destroy());
  const lines = Object.entries({ ...headers, connection: "close" }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}

/** What listens until now is told only what `step` did not take. */
function stepBefore<Args extends unknown[]>(
  server: Server,
  event: "request" | "upgrade",
  step: (...args: Args) => boolean,
): void {
  const others = server.listeners(event);
  server.removeAllListeners(event);
  server.on(event, (...args: unknown[]) => {
    if (step(...(args as Args))) return;
    for (const other of others) Reflect.apply(other, server, args);
  });
}

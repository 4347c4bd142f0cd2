import { LiluxError } from "@lilux/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { rateLimited } from "../admit/rate-limited.ts";
import type { TenantAccount, Tenants } from "../admit/tenants.ts";
import type { App } from "./create-app.ts";
import { disconnectSignal } from "./request-context.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answers for as long as a turn runs; it is counted as a turn, not as a request in work. */
    isLongLived?: boolean;
  }
}

/** What was announced is what is counted; a body of unknown length counts as the largest. */
function bodyBytes({ headers, routeOptions }: FastifyRequest): number {
  const announced = Number(headers["content-length"]);
  if (Number.isFinite(announced)) return announced;
  return headers["transfer-encoding"] === undefined ? 0 : routeOptions.bodyLimit;
}

/** Refuses what a tenant sends too much of, before its body is read. For every door that knows its tenant. */
export function admitRequest(
  request: FastifyRequest,
  reply: FastifyReply,
  tenants: Tenants,
): TenantAccount {
  const account = tenants.of(request.tenant);
  try {
    account.request(bodyBytes(request));
  } finally {
    reply.headers(quotaHeaders(account));
  }
  return account;
}

/** Every route of the scope, so that a new one is bounded from its first day. */
export function admitRequests(scope: App, tenants: Tenants): void {
  scope.addHook("onRequest", async (request, reply) => {
    // Told over the socket, once it is open.
    if (request.refusal !== undefined) return;
    const account = admitRequest(request, reply, tenants);
    if (request.ws) account.refuseSocket();
  });
  scope.addHook("preHandler", async (request, reply) => {
    if (request.ws || request.routeOptions.config.isLongLived === true) return;
    const leave = await tenants.of(request.tenant).requests.enter(disconnectSignal(reply));
    if (leave === undefined) throw rateLimited("requests");
    if (reply.raw.destroyed) leave();
    else reply.raw.once("close", leave);
  });
}

/** As draft-ietf-httpapi-ratelimit-headers names them. */
function quotaHeaders(account: TenantAccount): Record<string, string> {
  const { limit, windowSeconds, left, fullInSeconds } = account.quota();
  return {
    "ratelimit-policy": `"requests";q=${limit};w=${windowSeconds}`,
    ratelimit: `"requests";r=${left};t=${fullInSeconds}`,
  };
}

/** Runs `work` in one of the tenant's places for predictions. */
export async function inPlace<T>(
  account: TenantAccount,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const leave = await account.predictions.enter(signal).catch((reason: unknown) => {
    throw LiluxError.from(reason);
  });
  if (leave === undefined) throw rateLimited("predictions");
  return work().finally(leave);
}

import { withDatabaseShare } from "@lilux/database";
import { LiluxError, type Verb } from "@lilux/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { assertMay } from "../access/caller.ts";
import type { CallersInside } from "../access/callers-inside.ts";
import { rateLimited } from "../admit/rate-limited.ts";
import type { TenantAccount, Tenants } from "../admit/tenants.ts";
import type { App } from "./create-app.ts";
import type { FloodGate } from "./flood-gate.ts";
import { quotaHeaders } from "./quota-headers.ts";
import { disconnectSignal } from "./request-context.ts";
import { stayInside } from "./stay-inside.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answers for as long as a turn runs; it is counted as a turn, not as a request in work. */
    isLongLived?: boolean;
    /** What a caller has to be allowed; said by each route, or by what is asked of it. */
    verb?: Verb | ((request: FastifyRequest) => Verb);
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
  { tenants, flood }: Pick<AdmitDeps, "tenants" | "flood">,
): TenantAccount {
  const { tenant } = request;
  const account = tenants.of(tenant);
  try {
    account.request(bodyBytes(request));
  } catch (refusal) {
    flood.note(request.headers, { account, tenant });
    throw refusal;
  } finally {
    reply.headers(quotaHeaders(account));
  }
  return account;
}

export interface AdmitDeps {
  tenants: Tenants;
  flood: Pick<FloodGate, "note">;
  inside: Pick<CallersInside, "enter">;
}

/**
 * Every route of the scope, so that a new one is bounded from its first day. One that does not say what
 * its callers have to be allowed is our mistake, and found when the server is made.
 */
export function admitRequests(scope: App, { tenants, flood, inside }: AdmitDeps): void {
  scope.addHook("onRoute", ({ method, url, config }) => {
    if (config?.verb === undefined) throw new Error(`${String(method)} ${url} names no verb`);
  });
  scope.addHook("onRequest", async (request, reply) => {
    // Told over the socket, once it is open.
    if (request.refusal !== undefined) return;
    const account = admitRequest(request, reply, { tenants, flood });
    // A socket stays by itself.
    if (request.ws) account.refuseSocket();
    else stayInside(request, reply, inside);
    // Who asks again and again for what they may not is bounded first.
    const { verb } = request.routeOptions.config;
    if (typeof verb === "string") assertMay(request.caller, verb);
  });
  scope.addHook("preHandler", async (request, reply) => {
    const { verb } = request.routeOptions.config;
    if (typeof verb === "function") assertMay(request.caller, verb(request));
    if (request.ws || request.routeOptions.config.isLongLived === true) return;
    const leave = await tenants.of(request.tenant).requests.enter(disconnectSignal(reply));
    if (leave === undefined) throw rateLimited("requests");
    if (reply.raw.destroyed) leave();
    else reply.raw.once("close", leave);
  });
  // The last before the handler: what came before it may have waited for a body.
  scope.addHook("preHandler", ({ tenant, caller }, _reply, done) => {
    withDatabaseShare({ tenant, weight: caller?.weight }, done);
  });
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

import { LiluxError, LOCAL_TENANT, SecretBody, SecretName, SecretRecord } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import type { App } from "../create-app.ts";
import { disconnectSignal, traceparentOf } from "../request-context.ts";
import {
  ADMIN_ERRORS,
  ADMIN_TAGS,
  type AdminRoutesDeps,
  actOf,
  OneTenant,
  tenantOfRoute,
} from "./admin-context.ts";

export interface SecretsRoutesDeps extends AdminRoutesDeps {
  kiwi: Pick<KiwiApi, "secrets">;
  limits: { kiwiWithinMs: number };
}

const OneSecret = Type.Object({ ...OneTenant.properties, name: SecretName });
const SecretList = Type.Object({ secrets: Type.Array(SecretRecord) });
const Rewrapped = Type.Object({ rewrapped: Type.Integer({ minimum: 0 }) });

/** What is in a tenant is its admins' alone: who runs the server hands out keys, and opens no secrets. */
const THEIR_ADMINS = {
  config: {
    verb: ({ caller, params }: FastifyRequest) => {
      const { tenant } = params as { tenant: string };
      if (tenant === caller.tenant) return "admin" as const;
      throw new LiluxError("forbidden", { message: "That is not your tenant." });
    },
  },
};

/** `/v1/admin/tenants/{tenant}/secrets`: values go in and never come out. The tool core alone can open them. */
export function addSecretsRoutes(app: App, deps: SecretsRoutesDeps): void {
  const { kiwi } = deps;
  const url = "/v1/admin/tenants/:tenant/secrets";
  const listed = {
    operationId: "listSecrets",
    tags: ADMIN_TAGS,
    summary: "List the secrets of a tenant's scripts, without their values",
    params: OneTenant,
    response: { 200: SecretList, ...ADMIN_ERRORS },
  };
  app.get(url, { schema: listed, ...THEIR_ADMINS }, async (request, reply) => {
    const tenant = tenantOfRoute(request.params);
    const { secrets } = await kiwi.secrets(
      { tenant, action: "list" },
      optionsOf(deps, request, reply),
    );
    return { secrets };
  });

  const set = {
    operationId: "setSecret",
    tags: ADMIN_TAGS,
    summary: "Set a secret, or give it another value; runs that hold the old one keep it",
    params: OneSecret,
    body: SecretBody,
    response: { 200: SecretRecord, ...ADMIN_ERRORS },
  };
  app.put(`${url}/:name`, { schema: set, ...THEIR_ADMINS }, async (request, reply) => {
    const tenant = tenantOfRoute(request.params);
    const { name } = request.params;
    const { value, mustExist = false } = request.body;
    const by = request.caller.person;
    const { secrets } = await kiwi.secrets(
      { tenant, action: "set", name, value, by, mustExist },
      optionsOf(deps, request, reply),
    );
    const record = secrets.find((secret) => secret.name === name);
    // Removed by somebody else in the same moment.
    if (record === undefined) throw new LiluxError("not_found");
    await putOnRecord(deps, request, { action: "secret-set", version: record.version });
    return record;
  });

  const removed = {
    operationId: "removeSecret",
    tags: ADMIN_TAGS,
    summary: "Remove a secret",
    params: OneSecret,
    response: { 200: SecretList, ...ADMIN_ERRORS },
  };
  app.delete(`${url}/:name`, { schema: removed, ...THEIR_ADMINS }, async (request, reply) => {
    const tenant = tenantOfRoute(request.params);
    const { name } = request.params;
    const { secrets } = await kiwi.secrets(
      { tenant, action: "remove", name },
      optionsOf(deps, request, reply),
    );
    await putOnRecord(deps, request, { action: "secret-removed" });
    return { secrets };
  });

  addRewrapRoute(app, deps);
}

function addRewrapRoute(app: App, deps: SecretsRoutesDeps): void {
  const rewrapped = {
    operationId: "rewrapSecrets",
    tags: ADMIN_TAGS,
    summary: "Put every tenant's data key under the newest master key; no secret is entered again",
    response: { 200: Rewrapped, ...ADMIN_ERRORS },
  };
  const verb = ({ caller }: FastifyRequest) => {
    const isAlone = deps.records === undefined && caller.tenant === LOCAL_TENANT;
    return isAlone ? ("admin" as const) : ("operate" as const);
  };
  app.post(
    "/v1/admin/secrets/rewrap",
    { schema: rewrapped, config: { verb } },
    async (request, reply) => {
      const { mandate, ...options } = optionsOf(deps, request, reply);
      // The operator is of no tenant, so that nothing can be done in one with their mandate.
      const isOfTenant = mandate.tenant === LOCAL_TENANT;
      const asked = { tenant: LOCAL_TENANT, action: "rewrap" } as const;
      const answer = await deps.kiwi.secrets(asked, {
        ...options,
        ...(isOfTenant ? { mandate } : {}),
      });
      return { rewrapped: answer.rewrapped ?? 0 };
    },
  );
}

/** The first secret of an installation makes the embedded database, which works for seconds. */
const FIRST_USE_MS = 60_000;

function optionsOf({ limits }: SecretsRoutesDeps, request: FastifyRequest, reply: FastifyReply) {
  return {
    signal: disconnectSignal(reply),
    deadlineMs: Math.max(limits.kiwiWithinMs, FIRST_USE_MS),
    traceparent: traceparentOf(request),
    mandate: request.caller,
  };
}

/** Where tenants are records: who did it, never what the value is. */
async function putOnRecord(
  { records, now }: SecretsRoutesDeps,
  request: FastifyRequest,
  { action, ...detail }: { action: string; version?: number },
): Promise<void> {
  const params = request.params as { tenant: string; name: string };
  const [tenant, name] = [tenantOfRoute(params), params.name];
  await records?.store.addRecord({ ...actOf(request, now), tenant, action, target: name, detail });
}

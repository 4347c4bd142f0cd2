import { KeyId, KeyRecord, KeyScope, LiluxError, NewKey, TenantName } from "@lilux/protocol";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
import { hasEnded } from "../../access/has-ended.ts";
import { makeKey } from "../../access/key-text.ts";
import type { App } from "../create-app.ts";
import {
  ADMIN_ERRORS,
  ADMIN_TAGS,
  ADMINS,
  type AdminRoutesDeps,
  actOf,
  noSuch,
  OneTenant,
  recordsOf,
  tenantOfRoute,
} from "./admin-context.ts";

const KEYS_MAX = 10_000;
const DAY_MS = 24 * 3_600_000;
const OVERLAP_MS_MAX = 90 * DAY_MS;
const OneKey = Type.Object({ tenant: TenantName, keyId: KeyId });
const NewKeyBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    scopes: Type.Array(KeyScope, { minItems: 1, maxItems: 16 }),
    expiresAt: Type.Optional(Type.Integer({ description: "Unix milliseconds." })),
    mine: Type.Optional(
      Type.Boolean({
        description:
          "A key of the caller's own: it never does more than they may, and acts in their name.",
      }),
    ),
  },
  { additionalProperties: false },
);
const RotateBody = Type.Object(
  {
    overlapMs: Type.Optional(
      Type.Integer({ minimum: 0, maximum: OVERLAP_MS_MAX, default: DAY_MS }),
    ),
  },
  { additionalProperties: false },
);
const KeyList = Type.Object({ keys: Type.Array(KeyRecord) });
const Revoked = Type.Object({ revoked: Type.Boolean() });

/** `/v1/admin/tenants/{tenant}/keys`. What changes here counts at every gateway within seconds, without a restart. */
export function addKeysRoutes(app: App, deps: AdminRoutesDeps): void {
  const url = "/v1/admin/tenants/:tenant/keys";
  const created = {
    operationId: "createKey",
    tags: ADMIN_TAGS,
    summary: "Make a key; it is shown this once and not kept",
    params: OneTenant,
    body: NewKeyBody,
    response: { 201: NewKey, ...ADMIN_ERRORS },
  };
  app.post(url, { schema: created, ...ADMINS }, async (request, reply) => {
    const { store, directory } = recordsOf(deps);
    const tenant = tenantOfRoute(request.params);
    if ((await store.tenant(tenant)) === undefined) throw noSuch("tenant");
    const { key, ...text } = makeKey();
    const { name, scopes, expiresAt = null } = request.body;
    const person = personOf(request);
    const given = { tenant, ...text, name, scopes, person, expiresAt };
    const record = await store.addKey(given, actOf(request, deps.now));
    await directory.refresh();
    return reply.header("cache-control", "no-store").code(201).send({ key, record });
  });

  const listed = {
    operationId: "listKeys",
    tags: ADMIN_TAGS,
    summary: "List the keys of a tenant, without their secrets",
    params: OneTenant,
    response: { 200: KeyList, ...ADMIN_ERRORS },
  };
  app.get(url, { schema: listed, ...ADMINS }, async ({ params }) => ({
    keys: await recordsOf(deps).store.keys({ tenant: tenantOfRoute(params), limit: KEYS_MAX }),
  }));

  addEndingRoutes(app, deps);
}

function addEndingRoutes(app: App, deps: AdminRoutesDeps): void {
  const url = "/v1/admin/tenants/:tenant/keys/:keyId";
  const rotated = {
    operationId: "rotateKey",
    tags: ADMIN_TAGS,
    summary: "Make the key that follows another; both are good until the overlap ends",
    params: OneKey,
    body: RotateBody,
    response: { 201: NewKey, ...ADMIN_ERRORS },
  };
  app.post(`${url}/rotate`, { schema: rotated, ...ADMINS }, async (request, reply) => {
    const { store, directory } = recordsOf(deps);
    const tenant = tenantOfRoute(request.params);
    const { keyId } = request.params;
    const before = await store.key({ tenant, keyId });
    const act = actOf(request, deps.now);
    if (before === undefined || hasEnded(before, act.at)) throw noSuch("key that is good");
    assertMayFollow(before, request);
    const { key, ...text } = makeKey();
    const { name, scopes, person } = before;
    const record = await store.rotateKey(
      {
        key: { tenant, ...text, name, scopes, person, expiresAt: nextEnd(before, act.at) },
        before: keyId,
        endsAt: act.at + (request.body.overlapMs ?? DAY_MS),
      },
      act,
    );
    await directory.refresh();
    return reply.header("cache-control", "no-store").code(201).send({ key, record });
  });

  const revoked = {
    operationId: "revokeKey",
    tags: ADMIN_TAGS,
    summary: "Revoke a key: within five seconds it opens nothing, and what it opened is closed",
    params: OneKey,
    response: { 200: Revoked, ...ADMIN_ERRORS },
  };
  app.delete(url, { schema: revoked, ...ADMINS }, async (request) => {
    const { store, directory } = recordsOf(deps);
    const wasThere = await store.revokeKey(
      { ...request.params, tenant: tenantOfRoute(request.params) },
      actOf(request, deps.now),
    );
    if (!wasThere) throw noSuch("key that is good");
    await directory.refresh();
    return { revoked: true };
  });
}

/** A key that follows one with an end has as long as that one was made for: none outlives what was meant for it. */
function nextEnd({ createdAt, expiresAt }: KeyRecord, now: number): number | null {
  return expiresAt === null ? null : now + (expiresAt - createdAt);
}

/** What follows a person's own key speaks in their name, too: nobody else is shown it. */
function assertMayFollow(
  { person }: Pick<KeyRecord, "person">,
  { caller, params }: Pick<FastifyRequest, "caller" | "params">,
): void {
  const isTheirs = (params as { tenant: string }).tenant === caller.tenant;
  if (person === null || (isTheirs && person === caller.person)) return;
  throw new LiluxError("forbidden", {
    message:
      "This key speaks in a person's name, and only they make the one that follows it. Revoke it if it must end.",
    details: { field: "keyId" },
  });
}

/** A key speaks in a person's name only where that person made it. */
function personOf({ caller, params, body }: FastifyRequest): string | null {
  if ((body as { mine?: boolean }).mine !== true) return null;
  const isTheirs = (params as { tenant: string }).tenant === caller.tenant;
  if (caller.credential?.kind === "sign-in" && isTheirs) return caller.person;
  throw new LiluxError("invalid_request", {
    message:
      "mine: a key of one's own is made by a person who has signed in. Leave it out for a machine's.",
    details: { field: "mine" },
  });
}

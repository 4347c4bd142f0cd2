import { LibraryPlace, LibraryRecord, type Mandate, type Tenant } from "@lilux/protocol";
import type { KiwiApi } from "@lilux/rpc";
import type { FastifyRequest } from "fastify";
import { Type } from "typebox";
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

const PlaceBody = Type.Object(
  {
    place: LibraryPlace,
    adopt: Type.Optional(
      Type.Boolean({ description: "Take what is there, whatever the library says now." }),
    ),
  },
  { additionalProperties: false },
);

export interface LibraryRoutesDeps extends AdminRoutesDeps {
  kiwi: Pick<KiwiApi, "library">;
}

/** `/v1/admin/tenants/{tenant}/library`: where a tenant's library lives. */
export function addLibraryRoutes(app: App, deps: LibraryRoutesDeps): void {
  const url = "/v1/admin/tenants/:tenant/library";
  const shown = {
    operationId: "showLibrary",
    tags: ADMIN_TAGS,
    summary: "Show where a tenant's library lives",
    params: OneTenant,
    response: { 200: LibraryRecord, ...ADMIN_ERRORS },
  };
  app.get(url, { schema: shown, ...ADMINS }, async (request) => {
    const tenant = tenantOfRoute(request.params);
    if ((await recordsOf(deps).store.tenant(tenant)) === undefined) throw noSuch("tenant");
    const options = { mandate: mandateFor(tenant, request) };
    return deps.kiwi.library({ tenant, ask: { kind: "show" } }, options);
  });

  const moved = {
    operationId: "moveLibrary",
    tags: ADMIN_TAGS,
    summary: "Have a tenant's library live elsewhere: copied, compared, then switched",
    params: OneTenant,
    body: PlaceBody,
    response: { 202: LibraryRecord, ...ADMIN_ERRORS },
  };
  app.put(url, { schema: moved, ...ADMINS }, async (request, reply) => {
    const tenant = tenantOfRoute(request.params);
    const { place, adopt } = request.body;
    const { store } = recordsOf(deps);
    if ((await store.tenant(tenant)) === undefined) throw noSuch("tenant");
    const ask = { kind: "move" as const, place, ...(adopt === undefined ? {} : { adopt }) };
    const record = await deps.kiwi.library(
      { tenant, ask },
      { mandate: mandateFor(tenant, request) },
    );
    const act = actOf(request, deps.now);
    const detail = { place, adopt: adopt === true };
    await store.addRecord({ ...act, tenant, action: "library-moved", target: tenant, detail });
    return reply.code(202).send(record);
  });
}

/** Who asks was let in at this door; behind it they are one who administers this tenant. */
function mandateFor(tenant: Tenant, { caller }: FastifyRequest): Mandate {
  const { person, name } = caller;
  return { tenant, person, name, verbs: new Set(["admin"]) };
}

import { DeletionPart, DeletionReport, LiluxError, type Tenant, TenantName } from "@lilux/protocol";
import { Type } from "typebox";
import type { App } from "../create-app.ts";
import {
  ADMIN_ERRORS,
  ADMIN_TAGS,
  type AdminRoutesDeps,
  actOf,
  OneTenant,
  OPERATORS,
  recordsOf,
  tenantOfRoute,
} from "./admin-context.ts";

const DeletionBody = Type.Object(
  {
    confirm: TenantName,
    without: Type.Optional(Type.Array(DeletionPart, { maxItems: 8 })),
  },
  { additionalProperties: false },
);

/** `DELETE /v1/admin/tenants/{tenant}`: everything of a tenant, for good, and the report of it. */
export function addDeletionRoutes(app: App, deps: AdminRoutesDeps): void {
  const deleted = {
    operationId: "deleteTenant",
    tags: ADMIN_TAGS,
    summary: "Delete a tenant and everything that is its own, for good; name it again to confirm",
    params: OneTenant,
    body: DeletionBody,
    response: { 202: DeletionReport, ...ADMIN_ERRORS },
  };
  app.delete(
    "/v1/admin/tenants/:tenant",
    { schema: deleted, ...OPERATORS },
    async (request, reply) => {
      const tenant = tenantOfRoute(request.params);
      const { confirm, without = [] } = request.body;
      if (confirm !== tenant) throw notConfirmed(tenant);
      const { deletions } = recordsOf(deps);
      const act = actOf(request, deps.now);
      return reply.code(202).send(await deletions.begin(tenant, { without, act }));
    },
  );

  const shown = {
    operationId: "showDeletion",
    tags: ADMIN_TAGS,
    summary: "What became of everything of a tenant that was deleted, or is being deleted",
    params: OneTenant,
    response: { 200: DeletionReport, ...ADMIN_ERRORS },
  };
  app.get(
    "/v1/admin/tenants/:tenant/deletion",
    { schema: shown, ...OPERATORS },
    async ({ params }) => recordsOf(deps).deletions.report(tenantOfRoute(params)),
  );
}

function notConfirmed(tenant: Tenant): LiluxError {
  return new LiluxError("invalid_request", {
    message: `confirm: say the tenant's exact name again, ${tenant}. Everything of it is deleted, and it does not come back.`,
    details: { field: "confirm" },
  });
}

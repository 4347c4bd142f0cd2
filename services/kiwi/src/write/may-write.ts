import { LiluxError, LOCAL_TENANT, type Tenant } from "@lilux/protocol";
import type { KiwiConfig } from "../config.ts";

/**
 * Who may change the library they see. Without a folder per tenant all of them
 * see one project: what one wrote, the others would run. Then it is only for the
 * local tenant, whose project it is.
 */
export function mayWriteWith(config: Pick<KiwiConfig, "tenantRoot">): (tenant: Tenant) => boolean {
  return (tenant) => tenant === LOCAL_TENANT || config.tenantRoot !== undefined;
}

/** Throws `library_unwritable`, reason `shared`, for a tenant that `mayWrite` refuses. */
export function assertMayWrite(mayWrite: (tenant: Tenant) => boolean, tenant: Tenant): void {
  if (mayWrite(tenant)) return;
  throw new LiluxError("library_unwritable", {
    message:
      "This library is one folder that several tenants see, so no tenant may change it. The operator can give each tenant a folder of its own with LILUX_TENANT_ROOT.",
    details: { reason: "shared" },
  });
}
